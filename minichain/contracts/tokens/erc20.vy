#pragma version 0.4.3
#pragma evm-version cancun
"""
@title Token
@license BSD-3-Clause
@notice A fungible token by the standard ERC-20: balances that their owners move,
        themselves or through somebody they allow to. All of it is made at the start.
"""


from ethereum.ercs import IERC20


implements: IERC20


# @dev Digits behind the point when amounts are shown.
decimals: public(constant(uint8)) = 18


# @dev What the token is called, in long and in short.
name: public(immutable(String[25]))
symbol: public(immutable(String[5]))


# @dev Base units there are.
totalSupply: public(uint256)


# @dev Base units by owner.
balanceOf: public(HashMap[address, uint256])


# @dev Base units by owner and by who may move them.
allowance: public(HashMap[address, HashMap[address, uint256]])


@deploy
def __init__(name_: String[25], symbol_: String[5], supply: uint256):
    """
    @notice Names the token and gives `supply` base units to the creator.
    """
    name = name_
    symbol = symbol_
    self.totalSupply = supply
    self.balanceOf[msg.sender] = supply
    log IERC20.Transfer(sender=empty(address), receiver=msg.sender, value=supply)


@external
def transfer(to: address, amount: uint256) -> bool:
    """
    @notice Moves `amount` of the caller's base units.
    """
    self._transfer(msg.sender, to, amount)
    return True


@external
def approve(spender: address, amount: uint256) -> bool:
    """
    @notice Lets `spender` move `amount` of the caller's base units, in place of what
            it was allowed before.
    """
    self.allowance[msg.sender][spender] = amount
    log IERC20.Approval(owner=msg.sender, spender=spender, value=amount)
    return True


@external
def transferFrom(owner: address, to: address, amount: uint256) -> bool:
    """
    @notice Moves `amount` of what `owner` lets the caller move. An allowance of the
            largest number never ends.
    """
    allowed: uint256 = self.allowance[owner][msg.sender]
    assert allowed >= amount, "erc20: insufficient allowance"
    if allowed != max_value(uint256):
        self.allowance[owner][msg.sender] = allowed - amount
    self._transfer(owner, to, amount)
    return True


@internal
def _transfer(owner: address, to: address, amount: uint256):
    assert to != empty(address), "erc20: receiver is the zero address"
    balance: uint256 = self.balanceOf[owner]
    assert balance >= amount, "erc20: insufficient balance"
    self.balanceOf[owner] = balance - amount
    self.balanceOf[to] += amount
    log IERC20.Transfer(sender=owner, receiver=to, value=amount)
