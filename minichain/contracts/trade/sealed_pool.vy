#pragma version 0.4.3
#pragma evm-version cancun
"""
@title Sealed pool
@license BSD-3-Clause
@notice A pool that trades only what was committed to in an earlier block. Who sees an
        order being opened can commit to nothing any more that comes before it.
"""


from trade import pool


initializes: pool


exports: (pool.token, pool.reserves, pool.quote)


# @dev The block in which each order was committed to, by its hash.
committed: public(HashMap[bytes32, uint256])


@deploy
@payable
def __init__(token: address):
    """
    @notice Opens a pool with the ether sent; the creator sends tokens to it after.
    """
    pool.__init__(token)


@external
def commit(order: bytes32):
    """
    @notice Notes the hash of an order, which tells nothing about it.
    """
    assert self.committed[order] == 0, "pool: already committed"
    self.committed[order] = block.number


@external
@view
def seal(sender: address, is_buy: bool, paid: uint256, least: uint256, salt: bytes32) -> bytes32:
    """
    @notice Returns the hash of an order; whoever asks a foreign node reveals it.
    """
    return self._seal(sender, is_buy, paid, least, salt)


@external
@payable
def buy(least: uint256, salt: bytes32) -> uint256:
    """
    @notice Opens an order to buy, and carries it out.
    """
    self._open(self._seal(msg.sender, True, msg.value, least, salt))
    return pool._buy(least)


@external
def sell(amount: uint256, least: uint256, salt: bytes32) -> uint256:
    """
    @notice Opens an order to sell, and carries it out.
    """
    self._open(self._seal(msg.sender, False, amount, least, salt))
    return pool._sell(amount, least)


@internal
@pure
def _seal(sender: address, is_buy: bool, paid: uint256, least: uint256, salt: bytes32) -> bytes32:
    return keccak256(abi_encode(sender, is_buy, paid, least, salt))


@internal
def _open(order: bytes32):
    noted: uint256 = self.committed[order]
    assert noted > 0 and noted < block.number, "pool: not committed in an earlier block"
    self.committed[order] = 0
