#pragma version 0.4.3
#pragma evm-version cancun
"""
@title Safe vault
@license BSD-3-Clause
@notice Keeps ether for many. It notes that it has paid before it pays, and a lock
        refuses to be entered twice: either of the two is enough.
"""


# @dev Wei that each account may withdraw.
deposits: public(HashMap[address, uint256])


event Deposited:
    account: indexed(address)
    amount: uint256


event Withdrawn:
    account: indexed(address)
    amount: uint256


@external
@payable
def deposit():
    """
    @notice Notes what is sent for the caller.
    """
    self.deposits[msg.sender] += msg.value
    log Deposited(account=msg.sender, amount=msg.value)


@external
@nonreentrant
def withdraw():
    """
    @notice Pays the caller all that the vault notes for it: check, note, then pay.
    """
    amount: uint256 = self.deposits[msg.sender]
    assert amount > 0, "vault: nothing deposited"
    self.deposits[msg.sender] = 0
    log Withdrawn(account=msg.sender, amount=amount)
    raw_call(msg.sender, b"", value=amount)
