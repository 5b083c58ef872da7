#pragma version 0.4.3
#pragma evm-version cancun
"""
@title Vulnerable vault
@license BSD-3-Clause
@notice Keeps ether for many. It pays before it notes that it has paid, as the DAO
        did in 2016: who is paid can call back and be paid again.
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
def withdraw():
    """
    @notice Pays the caller all that the vault notes for it. The order is the flaw.
    """
    amount: uint256 = self.deposits[msg.sender]
    assert amount > 0, "vault: nothing deposited"
    raw_call(msg.sender, b"", value=amount)
    self.deposits[msg.sender] = 0
    log Withdrawn(account=msg.sender, amount=amount)
