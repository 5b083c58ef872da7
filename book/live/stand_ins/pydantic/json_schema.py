"""Stands in for pydantic.json_schema."""

DEFAULT_REF_TEMPLATE = "#/$defs/{model}"
JsonSchemaMode = str


class GenerateJsonSchema:
    """Makes no schema."""
