"""Stands in for pydantic._internal."""
