"""The ABI explorer's stage: contracts on a chain, asked what a call would do."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, get_args

from minichain.chain import Chain
from minichain.chain.simulation import Call
from minichain.contracts import Contract
from minichain.contracts.abi import SELECTOR_SIZE, Function
from minichain.contracts.calldata import parse_signature
from minichain.contracts.explanation import explain_call
from minichain.contracts.result import read_events
from minichain.crypto.hashing import keccak256
from minichain.units import Address

ContractName = Literal["tokens/erc20", "trade/sealed_riddle", "basics/counter"]
"""The contracts that can be called."""

PEOPLE = ("Alice", "Bob", "Carol")
"""Who there is; Alice creates the contracts and calls."""

HUNTED_BYTES = 2
"""First bytes of a selector that two functions are to share in the hunt."""


@dataclass(frozen=True)
class Deed:
    """What a call would do.

    Attributes
    ----------
    succeeded : bool
        Whether it would.
    answer : str
        What it answers.
    reason, place : str
        Why it fails, and at which line of the source.
    events : tuple of str
        What the contract announces.
    gas : int
        Gas that it takes.
    """

    succeeded: bool
    answer: str
    reason: str
    place: str
    events: tuple[str, ...]
    gas: int


@lru_cache(1)
def _set_chain() -> Chain:
    return Chain.dev(len(PEOPLE), "abi", seal="on-demand")


def _list_given(name: ContractName) -> tuple[Any, ...]:
    """Return what a contract is created with."""
    # Computed when it is asked for: an import may load no kernel.
    given: dict[ContractName, tuple[Any, ...]] = {
        "tokens/erc20": ("Gold", "GLD", 1_000),
        "trade/sealed_riddle": (keccak256(b"echo"),),
        "basics/counter": (41,),
    }
    return given[name]


@lru_cache(len(get_args(ContractName)))
def set_contract(name: ContractName) -> Contract:
    """Return a contract on the stage, created when it is first asked for."""
    chain = _set_chain()
    made = chain.deploy(name, *_list_given(name), sender=chain.keys[0])
    assert isinstance(made, Contract)
    return made


def list_people() -> dict[str, Address]:
    """Return everybody's address by name."""
    return {
        name: key.address for name, key in zip(PEOPLE, _set_chain().keys, strict=True)
    }


def list_functions(name: ContractName) -> tuple[Function, ...]:
    """Return the functions of a contract, those that take something first."""
    found = {*set_contract(name).artifact.functions.values()}
    return tuple(sorted(found, key=lambda f: (not f.inputs, f.reads_only, f.name)))


def find_function(name: ContractName, signature: str) -> Function:
    """Return a contract's function with a signature, or one that only has that.

    Raises
    ------
    InvalidSignature
        The text is none.
    """
    wanted = parse_signature(signature)
    known = set_contract(name).artifact.functions
    return known.get(wanted.signature, wanted)


def find_called(name: ContractName, data: bytes) -> Function | None:
    """Return the function that a contract would run, by its selector."""
    selector = data[:SELECTOR_SIZE]
    functions = list_functions(name)
    return next((f for f in functions if f.selector == selector), None)


@lru_cache(64)
def try_call(name: ContractName, data: bytes) -> Deed:
    """Return what a contract would do with some data; nothing is changed."""
    contract = set_contract(name)
    chain, artifact = contract.chain, contract.artifact
    gas = chain.config.gas_limit
    call = Call(chain.keys[0].address, contract.address, gas, data=data)
    answer = chain.simulate(call)
    called = find_called(name, data)
    if not answer.succeeded:
        label = called.name if called else f"0x{data[:SELECTOR_SIZE].hex()}"
        failed = explain_call(chain, artifact, label, call, answer)
        place = str(failed.places[-1]) if failed.places else ""
        return Deed(False, "", failed.reason, place, (), answer.gas_used)
    said = ""
    if called is not None and called.outputs:
        said = tell_value(called.decode(answer.output))
    with chain.visit() as state:
        events = tuple(
            f"{event.name}: "
            + ", ".join(f"{k} {tell_value(v)}" for k, v in event.values.items())
            for event in read_events(chain, state, answer.logs)
        )
    return Deed(True, said, "", "", events, answer.gas_used)


def tell_value(value: Any) -> str:
    """Return a value as one would write it; an address by its owner's name."""
    if isinstance(value, bytes):
        names = {address: name for name, address in list_people().items()}
        return names.get(Address(value), f"0x{value.hex()}")
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(tell_value, value))}]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return f'"{value}"' if isinstance(value, str) else str(value)


def suggest(kind: str) -> str:
    """Return a value of a type, as one writes it among a call's arguments."""
    if kind.endswith("]"):
        base, _, size = kind.rpartition("[")
        # More members than that fit into no call here.
        count = min(int(size[:-1] or 2), 64)
        return f"[{', '.join([suggest(base)] * count)}]"
    if kind.startswith("("):
        parts = parse_signature(f"f{kind}").inputs
        return f"[{', '.join(suggest(part.kind) for part in parts)}]"
    if kind.startswith("bytes"):
        return '"0x07"'
    return {"address": "Bob", "bool": "True", "string": '"gold"'}.get(kind, "5")


@lru_cache(8_192)
def _select(seed: int, place: int) -> tuple[str, bytes]:
    function = parse_signature(f"pay_{seed}_{place}()")
    return function.signature, function.selector


@lru_cache(512)
def find_pair(seed: int, count: int) -> tuple[str, str] | None:
    """Return the first two of some functions whose selectors begin with the same bytes.

    Parameters
    ----------
    seed : int
        Names the functions.
    count : int
        How many of them there are.
    """
    seen: dict[bytes, str] = {}
    for place in range(count):
        signature, selector = _select(seed, place)
        other = seen.setdefault(selector[:HUNTED_BYTES], signature)
        if other != signature:
            return other, signature
    return None
