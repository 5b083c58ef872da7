"""Stands in for regex in the page: the standard library's expressions."""

from re import *  # noqa: F403
from re import Pattern, compile, error, escape

__all__ = ["Pattern", "compile", "error", "escape"]
