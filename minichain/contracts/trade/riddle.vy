#pragma version 0.4.3
#pragma evm-version cancun
"""
@title Riddle
@license BSD-3-Clause
@notice Pays the first who sends the word that a hash was made of. The word can be read
        in the mempool before it is in a block, and whoever reads it can come first.
"""


# @dev Keccak-256 of the word.
answer: public(immutable(bytes32))


# @dev Who solved it.
solver: public(address)


event Solved:
    solver: indexed(address)
    prize: uint256


@deploy
@payable
def __init__(answer_: bytes32):
    """
    @notice Offers what is sent for the word whose hash is `answer_`.
    """
    answer = answer_


@external
def solve(word: String[64]):
    """
    @notice Pays the caller, if `word` is right and nobody was first.
    """
    self._solve(word)


@internal
def _solve(word: String[64]):
    assert self.solver == empty(address), "riddle: already solved"
    assert keccak256(word) == answer, "riddle: wrong word"
    self.solver = msg.sender
    prize: uint256 = self.balance
    log Solved(solver=msg.sender, prize=prize)
    raw_call(msg.sender, b"", value=prize)
