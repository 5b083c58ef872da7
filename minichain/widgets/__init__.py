"""minichain.widgets."""
