"""The library is the contracts that come with the package, by domain and name."""

from pathlib import Path

from minichain.contracts.artifact import Artifact
from minichain.contracts.cache import Cache
from minichain.contracts.compiler import compile_source
from minichain.errors import ProtocolError

FOLDER = Path(__file__).parent
"""Where the sources lie."""

SUFFIX = ".vy"
"""How the name of a source's file ends."""


class UnknownContract(ProtocolError):
    """A name that no contract of the library has.

    Attributes
    ----------
    name : str
        The name.
    """

    rule = "contract-name"

    def __init__(self, name: str) -> None:
        known = ", ".join(list_contracts())
        super().__init__(f"no contract is called {name!r}; there are {known}")
        self.name = name


def list_contracts() -> tuple[str, ...]:
    """Return the names of all contracts of the library, such as "tokens/erc20"."""
    paths = sorted(FOLDER.rglob(f"*{SUFFIX}"))
    return tuple(p.relative_to(FOLDER).with_suffix("").as_posix() for p in paths)


def read_source(name: str) -> str:
    """Return the source of a contract of the library.

    Raises
    ------
    UnknownContract
        There is none of that name.
    """
    if name not in list_contracts():
        raise UnknownContract(name)
    return (FOLDER / f"{name}{SUFFIX}").read_text(encoding="utf-8")


def compile_contract(name: str, cache: Cache | None = None) -> Artifact:
    """Return a contract of the library, compiled.

    Raises
    ------
    UnknownContract
        There is none of that name.
    """
    return compile_source(read_source(name), name, folder=FOLDER, cache=cache)
