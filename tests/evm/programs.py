"""Small programs, and the state in which they run."""

from minichain.evm import Environment, Message, Outcome, execute
from minichain.ledger.state import State
from minichain.units import ETHER, Address

ALICE = Address(b"\xa1" * 20)
CONTRACT = Address(b"\xc0" * 20)
OTHER = Address(b"\xc1" * 20)

RETURN_TOP = "600052 60206000f3"  # its top word


def code(text: str) -> bytes:
    return bytes.fromhex(text.replace(" ", ""))


def make_state(**codes: str) -> State:
    """Return a state with Alice, and with contracts by name."""
    state = State()
    state.set_balance(ALICE, ETHER)
    for name, text in codes.items():
        state.set_code({"contract": CONTRACT, "other": OTHER}[name], code(text))
    state.commit()
    return state


def run(state: State, gas: int = 1_000_000, runtime="plain", **fields) -> Outcome:
    message = Message(**{"sender": ALICE, "to": CONTRACT, "gas": gas, **fields})
    return execute(message, state, Environment(), runtime=runtime)


def result(text: str, **fields) -> int:
    """Return the word that a program leaves on top of its stack."""
    outcome = run(make_state(contract=text + RETURN_TOP), **fields)
    assert outcome.success, outcome.error
    return int.from_bytes(outcome.output, "big")
