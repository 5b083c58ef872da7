"""Executing transactions and blocks, and the chain that keeps them."""

from minichain.chain.chain import Chain
from minichain.chain.config import Config
from minichain.chain.tree import Fate, Outcome
from minichain.chain.validation import Check

__all__ = ["Chain", "Check", "Config", "Fate", "Outcome"]
