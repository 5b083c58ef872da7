"""Stands in for pydantic.alias_generators."""


def to_camel(text: str) -> str:
    """Return ``snake_case`` as ``camelCase``."""
    first, *others = text.split("_")
    return first + "".join(word.capitalize() for word in others)
