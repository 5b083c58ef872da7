"""Stands in for Crypto.Hash."""
