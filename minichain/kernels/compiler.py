"""The compiler turns a kernel's source into object code, through numba's LLVM IR.

Only this module and those it imports know numba, and only when a kernel
has to be compiled: object code from the cache runs without it.
"""

import re
from collections.abc import Callable
from functools import cache
from types import FunctionType
from typing import Any

import llvmlite.binding as llvm
import numba
import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic
from numba.np.arrayobj import make_array, populate_array

from minichain.kernels import primitives, vectors
from minichain.kernels.runtime import (
    Kernel,
    LaneCount,
    Primitive,
    Routine,
    Table,
    Traced,
    Word,
)
from minichain.kernels.word import u256
from minichain.kernels.word_types import WORD, FlatType, to_word

OPTIONS = {"error_model": "numpy", "boundscheck": False}
"""How every kernel is compiled: no exceptions, no checks, indexes are trusted."""

WORDS = {
    "u8": types.uint8,
    "u32": types.uint32,
    "u64": types.uint64,
    "i64": types.int64,
    "u256": WORD,
}
"""numba's type of each word type."""

ALLOWED_SYMBOLS = {"memcpy", "memmove", "memset"}
"""What object code may call: the only functions any platform must bring."""

WIDE = r"<(8|16) x i32>|<(4|8) x i64>"
"""Vectors of 256 bits and more, as LLVM IR writes them."""


class UncompilableKernelError(Exception):
    """A kernel that allocates, raises or calls out, and so fits no runtime."""


def lower(kernel: Kernel, vector_bits: int) -> tuple[str, str]:
    """Return a kernel's LLVM IR and the symbol of its entry.

    Parameters
    ----------
    kernel : Kernel
        The kernel.
    vector_bits : int
        Width of the vectors that traced programs are laid out for.
    """
    compiled = numba.njit(**OPTIONS)(_resolve(kernel.function, vector_bits))
    unpack = _unpacker(kernel.types)

    def entry(descriptor: Any) -> Any:
        return compiled(*unpack(descriptor))

    signature = types.int64(types.CPointer(types.int64))
    function = numba.cfunc(signature, **OPTIONS)(entry)
    return function.inspect_llvm(), function._wrapper_name


def emit(source: str, symbol: str, name: str, machine: Any, triple: str) -> bytes:
    """Return the object code of ``lower``'s result, its entry called ``name``.

    Raises
    ------
    UncompilableKernelError
        The kernel needs a symbol that not every platform has.
    """
    return bytes(machine.emit_object(optimize(source, symbol, name, machine, triple)))


def optimize(source: str, symbol: str, name: str, machine: Any, triple: str) -> Any:
    """Return the LLVM module that `emit` makes code of; it raises the same."""
    head = f'target triple = "{triple}"\ntarget datalayout = "{machine.target_data}"\n'
    source = re.sub(r'target (triple|datalayout) = ".*"\n', "", source)
    source = re.sub(r'"target-(cpu|features)"="[^"]*"', "", source)
    # A common symbol cannot be emitted for every object format; none is shared here.
    source = head + source.replace("= common ", "= internal ")
    source = re.sub(rf'@"?{re.escape(symbol)}"?(?=\()', f"@{name}", source)
    if re.search(WIDE, source):
        # Lanes that wait on the stack would straddle two cache lines each.
        attributes = r"^attributes #\d+ = \{"
        source = re.sub(attributes, r'\g<0> "stackrealign"', source, flags=re.MULTILINE)
    module = llvm.parse_assembly(source)
    for function in module.functions:
        if not function.is_declaration:
            function.linkage = "external" if function.name == name else "internal"
    tuning = llvm.create_pipeline_tuning_options(speed_level=3)
    builder = llvm.create_pass_builder(machine, tuning)
    builder.getModulePassManager().run(module, builder)
    missing = {
        item.name
        for item in (*module.functions, *module.global_variables)
        if item.is_declaration and not _is_of(item.name, triple)
    } - ALLOWED_SYMBOLS
    if missing:
        raise UncompilableKernelError(f"{name} needs {', '.join(sorted(missing))}")
    return module


def _is_of(symbol: str, triple: str) -> bool:
    """Return whether a symbol is an instruction that the platform may have.

    Where another processor's is asked for, LLVM would end the whole process.
    """
    is_foreign = symbol.startswith("llvm.x86.") and triple.startswith("wasm")
    return symbol.startswith("llvm.") and not is_foreign


def _resolve(function: Callable[..., Any], vector_bits: int) -> Callable[..., Any]:
    """Return ``function`` with its word types, tables and routines made numba's."""
    scope = dict(function.__globals__)
    for name in function.__code__.co_names:
        if name in scope:
            scope[name] = _resolve_value(scope[name], vector_bits)
    return FunctionType(function.__code__, scope, function.__name__)


def _resolve_value(value: Any, vector_bits: int) -> Any:  # noqa: PLR0911
    if value is u256:
        return to_word
    if isinstance(value, Word):
        return WORDS[value.name]
    if isinstance(value, Table):
        return np.array(value, f"{value.word.name[0]}{value.word.bits // 8}")
    if isinstance(value, LaneCount):
        return vector_bits // value.bits
    if isinstance(value, Traced):
        return vectors.trace(value.function)
    if isinstance(value, Primitive):
        return primitives.PRIMITIVES[value.function.__name__](vector_bits)
    if isinstance(value, Routine):
        return _routine(value, vector_bits)
    return value


@cache
def _routine(value: Routine, vector_bits: int) -> Any:
    return numba.njit(**OPTIONS)(_resolve(value.function, vector_bits))


def _unpacker(kinds: tuple[str, ...]) -> Any:
    """Return an intrinsic that reads a descriptor into a kernel's arguments."""
    # Beside words, which no array of numba's holds, all buffers are flat.
    is_flat = "u256[]" in kinds

    def kind_of(name: str) -> Any:
        if not name.endswith("]"):
            return WORDS[name]
        item = WORDS[name[:-2]]
        return FlatType(item) if is_flat else types.Array(item, 1, "C")

    arguments = types.Tuple([kind_of(name) for name in kinds])

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        def slot(index: int) -> Any:
            return builder.load(builder.gep(values[0], [ir.IntType(64)(index)]))

        unpacked = []
        for i, kind in enumerate(arguments):
            if isinstance(kind, FlatType):
                item = context.get_value_type(kind.item).as_pointer()
                data = builder.inttoptr(slot(2 * i), item)
                unpacked.append(cgutils.pack_struct(builder, [data, slot(2 * i + 1)]))
                continue
            if not isinstance(kind, types.Array):
                unpacked.append(context.cast(builder, slot(2 * i), types.int64, kind))
                continue
            array = make_array(kind)(context, builder)
            item = context.get_constant(types.intp, kind.dtype.bitwidth // 8)
            length = slot(2 * i + 1)
            populate_array(
                array,
                data=builder.inttoptr(slot(2 * i), array.data.type),
                shape=cgutils.pack_array(builder, [length]),
                strides=cgutils.pack_array(builder, [item]),
                itemsize=item,
                meminfo=None,
            )
            unpacked.append(array._getvalue())
        return context.make_tuple(builder, arguments, unpacked)

    @intrinsic  # type: ignore[untyped-decorator]
    def unpack(typing: Any, descriptor: Any) -> Any:
        return arguments(descriptor), generate

    return unpack
