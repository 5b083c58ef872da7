"""Stands in for pydantic._internal._core_utils."""

CoreSchemaField = object
