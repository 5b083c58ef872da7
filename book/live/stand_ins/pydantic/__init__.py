"""Stands in for pydantic in the page: eth-utils defines a model that nobody makes."""

from typing import Any


class BaseModel:
    """A model."""


def ConfigDict(**options: Any) -> dict[str, Any]:  # noqa: N802
    """Return the options."""
    return options
