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

DOUBLE_PRODUCT = """
define hidden void @__multi3(ptr %goal, i64 %a, i64 %a2, i64 %b, i64 %b2) {
  %a0 = and i64 %a, 4294967295
  %a1 = lshr i64 %a, 32
  %b0 = and i64 %b, 4294967295
  %b1 = lshr i64 %b, 32
  %low = mul i64 %a0, %b0
  %cross = mul i64 %a1, %b0
  %other = mul i64 %a0, %b1
  %high = mul i64 %a1, %b1
  %carry = lshr i64 %low, 32
  %middle = add i64 %cross, %carry
  %middle0 = and i64 %middle, 4294967295
  %middle1 = lshr i64 %middle, 32
  %sum = add i64 %other, %middle0
  %sum1 = lshr i64 %sum, 32
  %upper = add i64 %high, %middle1
  %upper1 = add i64 %upper, %sum1
  %outer = mul i64 %a, %b2
  %inner = mul i64 %a2, %b
  %both = add i64 %outer, %inner
  %second = add i64 %upper1, %both
  %first = mul i64 %a, %b
  store i64 %first, ptr %goal
  %next = getelementptr i64, ptr %goal, i32 1
  store i64 %second, ptr %next
  ret void
}
"""
"""The product of two 128-bit integers, which LLVM calls and the page does not have."""


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
        product = Path(folder) / "__multi3.o"
        product.write_bytes(_compile(DOUBLE_PRODUCT, machine))
        _link(objects, path, product)


def _compile(source: str, machine: Any) -> bytes:
    head = f'target triple = "{TRIPLE}"\ntarget datalayout = "{machine.target_data}"\n'
    return bytes(machine.emit_object(llvm.parse_assembly(head + source)))


def _machine() -> Any:
    llvm.initialize_all_targets()
    llvm.initialize_all_asmprinters()
    target = llvm.Target.from_triple(TRIPLE)
    return target.create_target_machine(
        cpu="generic", features="+simd128", opt=3, reloc="pic"
    )


def _link(objects: list[Path], path: Path, *more: Path) -> None:
    exports = [f"--export={item.stem}" for item in objects]
    linker = [sys.executable, "-m", "ziglang", "wasm-ld", *LINK, *exports]
    linker += ["--unresolved-symbols=import-dynamic", "-o", str(path)]
    command = [*linker, *map(str, [*objects, *more])]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise LinkError(done.stderr.strip())
