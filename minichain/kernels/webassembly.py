"""WebAssembly is the processor that every browser has; here kernels are built for it.

The same source and the same LLVM IR as for this machine become one shared object that
Python in the page loads. Its vectors are 128 bits wide.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import llvmlite.binding as llvm

from minichain.kernels import compiler
from minichain.kernels.runtime import Kernel

TRIPLE = "wasm32-unknown-emscripten"
"""The platform of Python in the page."""

VECTOR_BITS = 128
"""Width of WebAssembly's vectors."""

LINK = ("-shared", "--experimental-pic", "--strip-debug", "--allow-undefined")
"""How objects become a shared one; what they call, the page's Python brings."""


class LinkError(Exception):
    """The linker refused the kernels' objects."""


def build(kernels: Iterable[Kernel], path: Path) -> None:
    """Write the shared object of all ``kernels`` to ``path``.

    Raises
    ------
    UncompilableKernelError
        A kernel needs what the page does not have.
    LinkError
        The linker failed; the message holds its words.
    """
    machine = _machine()
    with tempfile.TemporaryDirectory() as folder:
        objects = []
        for kernel in kernels:
            source, symbol = compiler.lower(kernel, VECTOR_BITS)
            code = compiler.emit(source, symbol, kernel.name, machine, TRIPLE)
            objects.append(Path(folder) / f"{kernel.name}.o")
            objects[-1].write_bytes(code)
        _link(objects, path)


def _machine() -> Any:
    llvm.initialize_all_targets()
    llvm.initialize_all_asmprinters()
    target = llvm.Target.from_triple(TRIPLE)
    return target.create_target_machine(
        cpu="generic", features="+simd128", opt=3, reloc="pic"
    )


def _link(objects: list[Path], path: Path) -> None:
    exports = [f"--export={item.stem}" for item in objects]
    linker = [sys.executable, "-m", "ziglang", "wasm-ld", *LINK, *exports]
    linker += ["--unresolved-symbols=import-dynamic", "-o", str(path)]
    command = [*linker, *map(str, objects)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise LinkError(done.stderr.strip())
