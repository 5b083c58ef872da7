"""Stands in for IPython.core.display."""

from IPython.display import *  # noqa: F403
