"""A stand-in: plotly asks for the version of nbformat before it offers a figure."""

__version__ = "5.10"
