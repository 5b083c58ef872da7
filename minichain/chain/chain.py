"""A chain is a history that somebody works on: it pays, mines, runs contracts.

Everything it makes goes through the same validation as a block from outside.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from minichain.chain.config import Config, order_allocation
from minichain.chain.miner import Miner
from minichain.chain.simulation import Answer, Call, estimate_gas, simulate
from minichain.chain.snapshot import Snapshot
from minichain.crypto.keys import Key
from minichain.evm.message import Steps
from minichain.extensions import find_extension
from minichain.ledger.gas import BASE_GAS, AccessList
from minichain.ledger.state import Change, State
from minichain.ledger.transaction import Transaction
from minichain.units import ETHER, Address, Gas, Wei

DEV_BALANCE = Wei(10_000 * ETHER)
"""Wei of each account of a development chain in the beginning."""


GAS_ROOM = 10
"""An estimate is raised by one part in so many."""


class Chain(Miner):
    """A history with keys, with blocks to fill, and with contracts to call.

    Parameters
    ----------
    config : Config
        The rules.
    genesis : Block or None
        The first block, if it is there already; else it is made from the rules.

    Attributes
    ----------
    config : Config
        The rules.
    seal : Seal
        How blocks are sealed.
    mempool : Mempool
        Transactions that wait.
    keys : tuple of Key
        Keys of the funded accounts, on a development chain.
    beneficiary : Address
        Who gets the rewards of blocks mined here.

    Examples
    --------
    >>> chain = Chain.dev()
    >>> alice, bob = chain.keys[:2]
    >>> payment = chain.transfer(alice, bob.address, 5)
    >>> chain.mine().number
    1
    >>> chain.balance(bob.address) - DEV_BALANCE
    5
    """

    @classmethod
    def dev(
        cls,
        accounts: int = 10,
        seed: str = "minichain",
        balance: int = DEV_BALANCE,
        **rules: Any,
    ) -> "Chain":
        """Return a chain to develop on, with keys and money for some accounts.

        Parameters
        ----------
        accounts : int
            How many.
        seed : str
            What the keys are made from: equal seeds, equal keys.
        balance : int
            What each account owns, in wei.
        **rules
            Fields of `Config` that are to differ from its defaults.
        """
        keys = tuple(Key.from_seed(f"{seed}/{index}") for index in range(accounts))
        allocation = order_allocation((key.address, balance) for key in keys)
        chain = cls(Config(**{"allocation": allocation, **rules}))
        chain.keys = keys
        chain.beneficiary = Key.from_seed(f"{seed}/miner").address
        return chain

    @property
    def accounts(self) -> tuple[Address, ...]:
        """Addresses of `keys`."""
        return tuple(key.address for key in self.keys)

    # Paying

    def transfer(
        self, sender: Key, to: Address, value: int, tip: int = 0
    ) -> Transaction:
        """Sign a payment of ``value`` wei, let it wait, and return it.

        It offers twice the base fee, so that it stays payable while the fee rises,
        and ``tip`` wei for each unit of gas on top.

        Raises
        ------
        InvalidTransaction
            The sender cannot pay it.
        """
        return self.send(self.sign(sender, to, value, tip=tip))

    def sign(
        self,
        sender: Key,
        to: Address | None,
        value: int = 0,
        data: bytes = b"",
        *,
        gas: int | None = None,
        tip: int = 0,
        access_list: AccessList = (),
    ) -> Transaction:
        """Return the next transaction of a key, signed and not sent.

        Parameters
        ----------
        sender : Key
            Who signs.
        to : Address or None
            The receiver; None creates a contract.
        value : int
            What is paid, in wei.
        data : bytes
            The call, or the new contract's initialising code.
        gas : int or None
            Most gas it may use. By default the estimate at the head, and a tenth of it
            more for what others change before it; a mere payment needs no estimate.
        tip : int
            Wei for each unit of gas, on top of at most twice the base fee.
        access_list : AccessList
            What it announces to touch.

        Raises
        ------
        CallFailed, BalanceTooLow
            The estimate fails.
        InvalidField
            A field is outside its range.
        """
        if gas is None:
            gas = self._choose_gas(
                Call(
                    sender=sender.address,
                    to=to,
                    gas=self.config.gas_limit,
                    value=Wei(value),
                    data=data,
                    access_list=access_list,
                )
            )
        with self.visit() as state:
            nonce = self.mempool.get_next_nonce(sender.address, state)
        return Transaction(
            nonce=nonce,
            gas_limit=Gas(gas),
            to=to,
            value=Wei(value),
            data=data,
            max_fee_per_gas=Wei(2 * self.base_fee + tip),
            max_priority_fee_per_gas=Wei(tip),
            chain_id=self.config.chain_id,
            access_list=access_list,
        ).sign(sender)

    def _choose_gas(self, call: Call) -> Gas:
        is_bare = not call.data and not call.access_list
        with self.visit() as state:
            if is_bare and call.to is not None and not state.account(call.to).has_code:
                return BASE_GAS
            least = estimate_gas(state, call, self.environment())
        return Gas(min(least + least // GAS_ROOM, self.config.gas_limit))

    # Contracts

    def simulate(self, call: Call, on_step: Steps | None = None) -> Answer:
        """Return what a call would come to in the next block; nothing changes.

        Raises
        ------
        BalanceTooLow
            The sender has not got the value.
        """
        with self.visit() as state:
            return simulate(state, call, self.environment(), on_step)

    def deploy(
        self, contract: Any, *arguments: Any, sender: Key, **options: Any
    ) -> Any:
        """Create a contract in a block of its own, and return it, ready to be called.

        Parameters
        ----------
        contract : str or Artifact
            Its name in the library, such as "tokens/erc20"; or Vyper's source, of more
            than one line; or what was compiled before.
        *arguments
            What its constructor takes.
        sender : Key
            Who creates it.
        **options
            ``value``, ``gas`` and ``tip``, as in `sign`.

        Raises
        ------
        UnknownContract, CompilationFailed
            There is none of that name; the source is no Vyper.
        Reverted, Halted
            The constructor fails.
        """
        deploy = find_extension("deploy")
        return deploy(self, contract, *arguments, sender=sender, **options)

    def contract(self, contract: Any, address: Address) -> Any:
        """Return the contract at an address, ready to be called.

        Parameters
        ----------
        contract : str or Artifact
            As in `deploy`; its interface is taken, whatever code is there.
        address : Address
            Where it is.
        """
        return find_extension("contract")(self, contract, address)

    # Changing and returning, as no other chain would do: for developers

    @contextmanager
    def amend(self) -> Iterator[State]:
        """Lend the state at the head; what is written to it stays.

        The next block begins with it and commits to it, and no other chain follows.
        """
        node, state = self._active[-1], self._state
        with state.checkpoint():
            state.undo(node.amendment)
            mark = state.mark()
            state.redo(node.amendment)
            yield state
        self._set_amendment(state.changes_since(mark))
        state.commit()

    def _set_amendment(self, amendment: tuple[Change, ...]) -> None:
        # No block stands on the head, so nothing else holds its node.
        node = replace(self._active[-1], amendment=amendment)
        self._active[-1] = self._nodes[node.block.hash] = node

    def snapshot(self) -> Snapshot:
        """Return what `revert` needs to bring the chain back to where it is now."""
        known, waiting = len(self._nodes), self.mempool.copy()
        return Snapshot(self.head.hash, known, waiting, self._active[-1].amendment)

    def revert(self, snapshot: Snapshot) -> None:
        """Forget all that came after a snapshot, and let wait what waited then.

        Raises
        ------
        LookupError
            The chain has been brought back to before the snapshot.
        """
        self.forget_after(snapshot.head, snapshot.known)
        self._state.undo(self._active[-1].amendment)
        self._state.redo(snapshot.amendment)
        self._state.commit()
        self._set_amendment(snapshot.amendment)
        self.mempool = snapshot.mempool.copy()
