"""A runtime is a way to run a kernel: the same source, interpreted or compiled.

A kernel is a Python function over fixed-width words and flat buffers. ``plain`` runs
it as it stands, on Python ints, to be read and stepped through. ``native`` compiles
it with numba, once for a machine, and keeps the object code on disk. ``wasm`` calls
what `minichain.kernels.webassembly` built from it for Python in the page.

All runtimes share one calling convention: a single pointer to pairs of 64-bit ints,
(address, length) for a buffer and (value, 0) for an integer. Whatever crosses it is
owned by the caller; a kernel allocates nothing, raises nothing, and returns an int.
"""

import ctypes
import os
import struct
import sys
from collections.abc import Callable, Sequence
from functools import cached_property, partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal, cast, get_args

Runtime = Literal["plain", "native", "wasm"]
"""How kernels run: as Python, compiled for this processor, or for WebAssembly."""

WASM_LIBRARY = Path(os.environ.get("MINICHAIN_KERNELS", "/lib/kernels.so"))
"""Where a page has the kernels, as a WebAssembly shared object."""

FORMATS: dict[str, Literal["B", "I", "Q", "q"]] = {
    "u8": "B",
    "u32": "I",
    "u64": "Q",
    "i64": "q",
}
"""`memoryview` format of each element type that a signature may name."""


class Word:
    """A fixed-width integer type; calling it wraps an int to its width."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.bits = int(name[1:])
        self.mask = (1 << self.bits) - 1
        # Half of a signed type's values are below zero.
        self._low = 1 << (self.bits - 1) if name.startswith("i") else 0

    def __call__(self, value: int) -> int:
        """Return ``value`` modulo two to the number of bits."""
        return ((value + self._low) & self.mask) - self._low


u8 = Word("u8")
"""An unsigned byte."""

u32 = Word("u32")
"""An unsigned 32-bit word, SHA-256's."""

u64 = Word("u64")
"""An unsigned 64-bit word, Keccak's."""

i64 = Word("i64")
"""A signed 64-bit integer, for counts and positions."""


class Table(tuple[int, ...]):
    """Constants of one word type that a kernel indexes."""

    word: Word

    def __new__(cls, word: Word, values: Sequence[int]) -> "Table":
        """Return the ``values`` as a table of ``word``."""
        table = super().__new__(cls, values)
        table.word = word
        return table


class LaneCount(int):
    """How many words one traced operation works on: 1 in plain Python."""

    bits: int

    def __new__(cls, bits: int) -> "LaneCount":
        """Return the count for words of ``bits`` bits."""
        count = super().__new__(cls, 1)
        count.bits = bits
        return count


class Routine:
    """A function that kernels call; compiled into each of its callers."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.__doc__ = function.__doc__

    def __call__(self, *arguments: Any) -> Any:
        """Run the function as plain Python."""
        return self.function(*arguments)


class Traced(Routine):
    """A straight-line word program, traced into lanes when it is compiled.

    The function takes words and sequences of words and returns a sequence of words.
    On ints it just runs. For a compiled runtime it runs once, on objects that record
    each operation, so its Python loops unroll and each word becomes a whole vector.
    """

    def __call__(self, *arguments: Any) -> tuple[int, ...]:
        """Run the program on ints."""
        return tuple(self.function(*arguments))


class Primitive(Routine):
    """An operation each runtime brings itself, such as a load of many lanes."""


def routine(function: Callable[..., Any]) -> Any:
    """Mark ``function`` as callable from kernels."""
    return Routine(function)


def traced(function: Callable[..., Any]) -> Any:
    """Mark ``function`` as a word program to be traced into lanes."""
    return Traced(function)


def primitive(function: Callable[..., Any]) -> Any:
    """Mark ``function`` as the plain form of a runtime's own operation."""
    return Primitive(function)


def default_runtime() -> Runtime:
    """Return the runtime that ``MINICHAIN_RUNTIME`` names, or the fastest there is.

    Raises
    ------
    ValueError
        ``MINICHAIN_RUNTIME`` names no runtime.
    """
    named = os.environ.get("MINICHAIN_RUNTIME", "")
    if named in get_args(Runtime):
        return cast(Runtime, named)
    if named:
        choices = ", ".join(get_args(Runtime))
        raise ValueError(f"MINICHAIN_RUNTIME is {named!r}, not one of {choices}")
    if sys.platform == "emscripten":
        return "wasm" if WASM_LIBRARY.exists() else "plain"
    return "plain" if find_spec("numba") is None else "native"


BYTES_HEADER = bytes.__basicsize__ - 1
"""Bytes of a CPython ``bytes`` object before its data, which a zero byte follows."""


class _Buffer(ctypes.Structure):
    """CPython's ``Py_buffer``; only ``buf`` and ``len`` are read here."""

    _fields_ = (
        ("buf", ctypes.c_void_p),
        ("obj", ctypes.py_object),
        ("len", ctypes.c_ssize_t),
        ("rest", ctypes.c_ssize_t * 16),
    )


def address_of(buffer: Any) -> tuple[int, int]:
    """Return where a contiguous buffer lies in memory, and its length in bytes.

    The address is good for as long as the caller holds ``buffer`` and does not
    resize it.
    """
    if type(buffer) is bytes:
        return id(buffer) + BYTES_HEADER, len(buffer)
    if type(buffer) is bytearray and buffer:
        return ctypes.addressof(ctypes.c_char.from_buffer(buffer)), len(buffer)
    view = _Buffer()
    ctypes.pythonapi.PyObject_GetBuffer(ctypes.py_object(buffer), ctypes.byref(view), 0)
    found = view.buf or 0, view.len
    ctypes.pythonapi.PyBuffer_Release(ctypes.byref(view))
    return found


class Kernel:
    """A compiled function's name, its source, and one entry per runtime.

    Parameters
    ----------
    function : callable
        The source. Buffers arrive as flat arrays, integers as 64-bit ints.
    signature : str
        Type of each parameter, as in ``"u8[] u64[] i64"``.
    needs : str
        Feature of the processor, as LLVM calls it, without which it only runs plain.
    widest : int
        Bits of the widest vectors it is compiled for.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        signature: str,
        needs: str = "",
        widest: int = 512,
    ) -> None:
        self.function = function
        self.needs = needs
        self.widest = widest
        self.name = function.__name__
        self.types = tuple(signature.split())
        self.__doc__ = function.__doc__
        self._arrays = tuple(kind.endswith("]") for kind in self.types)
        self._sizes = tuple(int(kind.strip("iu[]")) // 8 for kind in self.types)
        self._descriptor = struct.Struct(f"{2 * len(self.types)}q")

    def __call__(self, *arguments: Any, runtime: Runtime | None = None) -> int:
        """Run the kernel on buffers and ints; the result is a 64-bit int."""
        runtime = runtime or self._default
        if runtime == "plain":
            return int(self.function(*map(self._as_plain, self.types, arguments)) or 0)
        entry = self._native if runtime == "native" else self._wasm
        return entry(self._pack(arguments))

    def bind(
        self, *arguments: Any, runtime: Runtime | None = None
    ) -> Callable[[], int]:
        """Return a call of the compiled kernel on these arguments, made ready.

        The caller holds the buffers, and resizes none, for as long as it calls.
        """
        is_wasm = (runtime or self._default) == "wasm"
        entry = self._wasm if is_wasm else self._native
        return partial(entry, self._pack(arguments))

    def _pack(self, arguments: Sequence[Any]) -> bytes:
        pairs: list[int] = []
        for is_array, size, argument in zip(
            self._arrays, self._sizes, arguments, strict=True
        ):
            if is_array:
                address, length = address_of(argument)
                pairs += (address, length // size)
            else:
                pairs += (argument, 0)
        return self._descriptor.pack(*pairs)

    @property
    def is_plain(self) -> bool:
        """Whether a call without a runtime named runs as plain Python."""
        return self._default == "plain"

    @property
    def is_native(self) -> bool:
        """Whether a call without a runtime named runs compiled for this processor."""
        return self._default == "native"

    @cached_property
    def _default(self) -> Runtime:
        return default_runtime()

    @cached_property
    def _native(self) -> Callable[[Any], int]:
        from minichain.kernels.objects import load

        return load(self)

    @cached_property
    def _wasm(self) -> Callable[[Any], int]:
        entry = ctypes.CDLL(str(WASM_LIBRARY))[self.name]
        entry.argtypes, entry.restype = [ctypes.c_void_p], ctypes.c_int64
        return entry

    @staticmethod
    def _as_plain(kind: str, argument: Any) -> Any:
        if not kind.endswith("]"):
            return argument
        if isinstance(argument, list):
            return argument
        return memoryview(argument).cast("B").cast(FORMATS[kind[:-2]])


KERNELS: dict[str, Kernel] = {}
"""Every kernel for any processor of the modules imported so far, by name."""

SPECIAL_KERNELS: dict[str, Kernel] = {}
"""Every kernel for processors with a feature of their own, by name."""


def kernel(
    signature: str, needs: str = "", widest: int = 512
) -> Callable[[Callable[..., Any]], Kernel]:
    """Make a function a kernel; the parameters are those of `Kernel`."""

    def register(function: Callable[..., Any]) -> Kernel:
        made = Kernel(function, signature, needs, widest)
        (SPECIAL_KERNELS if needs else KERNELS)[made.name] = made
        return made

    return register
