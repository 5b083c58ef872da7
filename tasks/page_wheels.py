"""Wheels for the page: which libraries travel together, and which of their files."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, distribution
from pathlib import Path, PurePosixPath

from tasks.environment import ROOT

LIVE = ROOT / "book" / "live"
"""What makes pages live."""

LEFT_OUT = (
    "tests",
    "test",
    "testing",
    "nbextension",
    "labextension",
    "_pyinstaller_util",
)
"""Folders of a library that no page imports."""

DRAWN_BY_THE_PAGE = ("plotly.min.js", "widgetbundle.js")
"""Plotly's drawing code: the book serves it beside Python."""

KEPT = {".py", ".json", ".lark", ".vyi", ".vy", ".js", ".css", ".txt", ".dat"}
"""Kinds of file that a library may need at run time."""


AT_START = ("page", "minichain")
"""Wheels that every page needs; others come when a cell imports from them."""


@dataclass(frozen=True)
class Wheel:
    """Libraries that travel together.

    Attributes
    ----------
    name : str
        Name of the wheel.
    libraries : tuple of str
        Names of distributions, as on the package index.
    needs : tuple of str
        Other wheels that it cannot do without.
    """

    name: str
    libraries: tuple[str, ...]
    needs: tuple[str, ...] = ()

    @property
    def file(self) -> str:
        """Name of the file; what is served is packed, and has `.gz` at its end."""
        return f"{self.name}-1-py3-none-any.whl"


WHEELS = (
    Wheel(
        "page",
        (
            "anywidget", "comm", "eth-abi", "eth-hash", "eth-keys", "eth-typing",
            "eth-utils", "hexbytes", "ipywidgets", "packaging", "parsimonious",
            "psygnal", "rlp", "sortedcontainers", "toolz", "traitlets", "trie",
            "typing-extensions",
        ),
    ),
    Wheel("minichain", (), ("page",)),
    Wheel("pairing", ("py-ecc",), ("page",)),
    Wheel("plotly", ("plotly", "narwhals"), ("page",)),
    Wheel(
        "contracts",
        (
            "asttokens", "cbor2", "immutables", "lark", "vyper",
        ),
        ("page",),
    ),
)  # fmt: skip
"""Everything that is packed."""


def wheel_files(wheel: Wheel) -> Iterator[tuple[Path, PurePosixPath]]:
    """Yield a wheel's files, each with its place."""
    for name in wheel.libraries:
        yield from _files(distribution(name))
    if wheel.name == "minichain":
        yield from _tree(ROOT / "minichain", PurePosixPath("minichain"))
    if wheel.name == "plotly":
        place = PurePosixPath("plotly/package_data/widgetbundle.js")
        yield LIVE / "front" / "figure_widget.js", place
    if wheel.name == "page":
        yield from _tree(LIVE / "pagekernel", PurePosixPath("pagekernel"))
        yield from _tree(LIVE / "stand_ins", PurePosixPath())
        pretty = distribution("ipython").locate_file("IPython/lib/pretty.py")
        yield Path(str(pretty)), PurePosixPath("IPython/lib/pretty.py")


def _tree(folder: Path, below: PurePosixPath) -> Iterator[tuple[Path, PurePosixPath]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix not in (".pyc", ".so"):
            yield path, below / path.relative_to(folder).as_posix()


def _files(library: Distribution) -> Iterator[tuple[Path, PurePosixPath]]:
    for file in library.files or ():
        place = PurePosixPath(file.as_posix())
        inside = not place.is_absolute() and ".." not in place.parts
        if inside and _is_wanted(place):
            yield Path(str(library.locate_file(file))), place


def _is_wanted(place: PurePosixPath) -> bool:
    folders = place.parts[:-1]
    if any(part in LEFT_OUT or part.endswith(".data") for part in folders):
        return False
    if folders and folders[0].endswith(".dist-info"):
        # Some libraries ask for their own version.
        return place.name == "METADATA"
    return place.suffix in KEPT and place.name not in DRAWN_BY_THE_PAGE
