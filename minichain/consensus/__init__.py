"""minichain.consensus."""
