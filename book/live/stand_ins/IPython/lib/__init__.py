"""Stands in for IPython.lib; IPython's own `pretty` lies beside this file."""
