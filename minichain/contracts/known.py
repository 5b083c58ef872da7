"""What is known of the code on a chain: the sources that it was compiled from."""

from collections.abc import Iterator
from weakref import WeakKeyDictionary

from minichain.chain import Chain
from minichain.contracts.artifact import Artifact
from minichain.ledger.state import State
from minichain.units import Address, Hash32

_KNOWN: WeakKeyDictionary[Chain, dict[Hash32, Artifact]] = WeakKeyDictionary()


def learn(chain: Chain, artifact: Artifact) -> None:
    """Remember that there may be code of an artifact on a chain."""
    if artifact.runtime:
        _KNOWN.setdefault(chain, {})[artifact.code_hash] = artifact


def list_known(chain: Chain) -> Iterator[Artifact]:
    """Yield what may be on a chain, the last learnt first."""
    yield from reversed(_KNOWN.get(chain, {}).values())


def find_artifact(chain: Chain, state: State, address: Address) -> Artifact | None:
    """Return what the code at an address was compiled from, or None.

    Immutable values follow the code that the compiler made.
    """
    code = state.code(address)
    if not code:
        return None
    return next((a for a in list_known(chain) if code.startswith(a.runtime)), None)
