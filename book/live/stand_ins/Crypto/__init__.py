"""Stands in for pycryptodome in the page: keccak, by the package's own kernel."""
