"""Importing the package is cheap, and works where nothing compiles."""

import re
import subprocess
import sys

from tasks.environment import ROOT

HEAVY = (
    "numba", "numpy", "llvmlite", "eth_keys", "eth_utils", "rlp", "trie", "anywidget",
    "vyper", "plotly", "pandas",
)  # fmt: skip

COMPILER = re.compile(r"^(from|import) (numba|llvmlite)", re.MULTILINE)

BLOCKER = """
import sys
from importlib.machinery import PathFinder
class Without(PathFinder):
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        if name.split(".")[0] in {"numba", "numpy", "llvmlite", "coincurve"}:
            return None
        return super().find_spec(name, path, target)
sys.meta_path[sys.meta_path.index(PathFinder)] = Without
"""


def sources() -> dict[str, str]:
    """Return the text of each module below the widgets, by the module's name."""
    paths = sorted((ROOT / "minichain").rglob("*.py"))
    below = [p for p in paths if "widgets" not in p.parts and p.stem != "__main__"]
    return {
        ".".join(p.relative_to(ROOT).with_suffix("").parts).removesuffix(
            ".__init__"
        ): p.read_text(encoding="utf-8")
        for p in below
    }


def ask_python(source: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", source],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_importing_minichain_loads_nothing_heavy():
    source = "import sys, minichain; print(sorted(set(%r) & sys.modules.keys()))"
    assert ask_python(source % (HEAVY,)) == "[]"


def test_a_heavy_library_would_be_noticed():
    source = "import sys, numpy; print(sorted(set(%r) & sys.modules.keys()))"
    assert ask_python(source % (HEAVY,)) == "['numpy']"


def test_the_package_works_where_numpy_and_numba_are_not():
    names = [name for name, source in sources().items() if not COMPILER.search(source)]
    assert len(names) > 20
    source = f"from importlib import import_module\nfor n in {names}: import_module(n)"
    chain = """
from minichain import Chain, keccak256
chain = Chain.dev()
chain.transfer(chain.keys[0], chain.keys[1].address, 5)
chain.mine()
print(len(chain.blocks), keccak256(b"").hex()[:8])
"""
    assert ask_python(BLOCKER + source + chain) == "2 c5d24601"


WIDGETS = """
import sys
import minichain.widgets as widgets
for name in widgets.__all__:
    getattr(widgets, name)
print("minichain.kernels.objects" in sys.modules)
"""


def test_importing_widgets_runs_no_kernel():
    """A page starts from a memory of them in which no kernel can be."""
    assert ask_python(WIDGETS) == "False"
    hashing = "from minichain import keccak256\nkeccak256(b'')\n"
    assert ask_python(hashing + WIDGETS) == "True"


def test_no_module_of_the_machine_hides_a_public_name():
    """An imported module becomes an attribute of its package, under its own name."""
    source = """
import pkgutil
from importlib import import_module
import minichain.evm as evm
for module in pkgutil.iter_modules(evm.__path__):
    import_module(f"minichain.evm.{module.name}")
print([name for name in evm.__all__ if hasattr(getattr(evm, name), "__path__")
       or type(getattr(evm, name)).__name__ == "module"])
"""
    assert ask_python(source) == "[]"
