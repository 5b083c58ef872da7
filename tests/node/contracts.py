"""A contract to talk to, as web3.py takes it: an interface and bytecode."""

from functools import cache

from minichain.contracts import Artifact, compile_source

BOARD = """
#pragma version 0.4.3
#pragma evm-version cancun

owner: public(immutable(address))
notes: public(HashMap[address, uint256])
count: public(uint256)
text: public(String[80])

event Noted:
    account: indexed(address)
    number: indexed(uint256)
    words: String[80]

interface Other:
    def note(number: uint256, words: String[80]): nonpayable

@deploy
def __init__(text: String[80]):
    owner = msg.sender
    self.text = text

@external
@payable
def note(number: uint256, words: String[80]):
    assert number != 13, "board: thirteen"
    self.notes[msg.sender] = number
    self.count += 1
    log Noted(account=msg.sender, number=number, words=words)

@external
def note_twice(other: address, number: uint256):
    self.count += 1
    extcall Other(other).note(number, "first")
    extcall Other(other).note(number + 1, "second")

@external
def own(number: uint256):
    if msg.sender != owner:
        raw_revert(
            abi_encode(
                msg.sender, number, method_id=method_id("NotOwner(address,uint256)")
            )
        )
    self.count = number

@external
def spin():
    for i: uint256 in range(10**9):
        self.count = i

@external
@view
def where() -> (uint256, uint256, uint256):
    return block.number, block.timestamp, block.basefee

@external
@view
def divide(a: uint256, b: uint256) -> uint256:
    return a // b
"""
"""Notes by account; refuses with words, with an error of its own, and without both."""


@cache
def compile_board() -> Artifact:
    """Return the contract, compiled once."""
    return compile_source(BOARD)
