#pragma version 0.4.3
#pragma evm-version cancun
"""
@title Sealed riddle
@license BSD-3-Clause
@notice A riddle that pays only who had committed to the word in an earlier block. Who
        first reads it when it is opened comes a block too late.
"""


from trade import riddle


initializes: riddle


exports: (riddle.answer, riddle.solver)


# @dev The block in which each solution was committed to, by its hash.
committed: public(HashMap[bytes32, uint256])


@deploy
@payable
def __init__(answer: bytes32):
    """
    @notice Offers what is sent for the word whose hash is `answer`.
    """
    riddle.__init__(answer)


@external
def commit(solution: bytes32):
    """
    @notice Notes the hash of a sender, a word and a salt.
    """
    assert self.committed[solution] == 0, "riddle: already committed"
    self.committed[solution] = block.number


@external
@view
def seal(sender: address, word: String[64], salt: bytes32) -> bytes32:
    """
    @notice Returns the hash to commit to; to be asked of a node of one's own alone.
    """
    return self._seal(sender, word, salt)


@external
def solve(word: String[64], salt: bytes32):
    """
    @notice Pays the caller, if `word` is right and was committed to before this block.
    """
    noted: uint256 = self.committed[self._seal(msg.sender, word, salt)]
    assert noted > 0 and noted < block.number, "riddle: not committed in an earlier block"
    riddle._solve(word)


@internal
@pure
def _seal(sender: address, word: String[64], salt: bytes32) -> bytes32:
    return keccak256(abi_encode(sender, word, salt))
