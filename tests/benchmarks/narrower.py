"""A narrower kernel is one compiled for fewer lanes than the processor has."""

from typing import Any

from minichain.kernels import compiler, objects
from minichain.kernels.runtime import Kernel


def narrow(kernel: Kernel, bits: int, *machine: Any) -> Kernel:
    """Return a kernel compiled for vectors of some width.

    Parameters
    ----------
    kernel : Kernel
        Compiled for the widest vectors there are.
    bits : int
        Width of a vector; that of one word makes the kernel scalar.
    *machine
        A processor's name and its features, as LLVM has them; this one's without.
    """
    target, triple = objects._machine(*machine), objects._triple()
    source, symbol = compiler.lower(kernel, bits)
    code = compiler.emit(source, symbol, kernel.name, target, triple)
    made = Kernel(kernel.function, " ".join(kernel.types), kernel.needs, kernel.widest)
    vars(made)["_native"] = objects.link(code, kernel.name)
    return made
