"""minichain.chain."""
