"""Tracing shows what a transaction did, step by step."""

from minichain.node.methods.table import Table

TABLE: Table = {}
"""The methods of this module."""
