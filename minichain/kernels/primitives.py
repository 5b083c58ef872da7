"""Primitives are what each runtime brings itself: here, as instructions of LLVM.

Loads and stores turn rows into columns: sixteen messages in memory, one behind the
other, become sixteen words whose lanes are the messages.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic
from numba.np.arrayobj import make_array

from minichain.kernels.sha_instructions import first_places
from minichain.kernels.vectors import Lanes, LanesType, shuffle, splat, vector_type
from minichain.kernels.word_primitives import WORD_PRIMITIVES
from minichain.kernels.word_types import FlatType, place_in


def _pointer(context: Any, builder: Any, kind: Any, array: Any, at: Any) -> Any:
    if isinstance(kind, FlatType):
        return place_in(builder, array, at)
    data = make_array(kind)(context, builder, array).data
    return builder.gep(data, [at])


def _transpose(builder: Any, rows: list[Any]) -> list[Any]:
    """Turn n vectors of n words into n vectors: row i of the result is column i.

    Each step swaps blocks half as large: the off-diagonal quarters change places.
    """
    count = len(rows)
    step = count // 2
    while step:
        swapped = list(rows)
        low = [i if i & step == 0 else i - step + count for i in range(count)]
        high = [i + step if i & step == 0 else i + count for i in range(count)]
        for i in range(count):
            if i & step == 0:
                pair = rows[i], rows[i + step]
                swapped[i] = shuffle(builder, *pair, low)
                swapped[i + step] = shuffle(builder, *pair, high)
        rows = swapped
        step //= 2
    return rows


def _load(bits: int, swap: bool) -> Callable[[int], Any]:
    """Return a maker of loads: one 64-byte message a lane, its words across lanes."""

    @cache
    def make(vector_bits: int) -> Any:
        lanes, words = vector_bits // bits, 512 // bits
        kind = LanesType(bits, lanes)
        vector = vector_type(kind)

        def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            start = _pointer(context, builder, signature.args[0], *values)
            columns: list[Any] = []
            for first in range(0, words, lanes):
                rows = []
                for lane in range(lanes):
                    offset = ir.IntType(64)(64 * lane + first * bits // 8)
                    place = builder.gep(start, [offset])
                    place = builder.bitcast(place, vector.as_pointer())
                    rows.append(builder.load(place, align=1))
                columns += _transpose(builder, rows)
            if swap:
                columns = [Lanes(builder, c).swap_bytes().value for c in columns]
            return context.make_tuple(builder, signature.return_type, columns)

        @intrinsic  # type: ignore[untyped-decorator]
        def load(typing: Any, buffer: Any, start: Any) -> Any:
            return types.UniTuple(kind, words)(buffer, types.int64), generate

        return load

    return make


def _store(bits: int, swap: bool) -> Callable[[int], Any]:
    """Return a maker of stores: a 32-byte digest a lane, from words across lanes."""

    @cache
    def make(vector_bits: int) -> Any:
        lanes, words = vector_bits // bits, 256 // bits
        part = min(lanes, words)
        vector = ir.VectorType(ir.IntType(bits), part)

        def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            start = _pointer(context, builder, signature.args[0], *values[:2])
            columns = cgutils.unpack_tuple(builder, values[2])
            if swap:
                columns = [Lanes(builder, c).swap_bytes().value for c in columns]
            for group in range(0, lanes, part):
                # Lanes group..group+part of each word, as square blocks.
                picks = list(range(group, group + part))
                cut = [shuffle(builder, c, c, picks) for c in columns]
                for first in range(0, words, part):
                    rows = _transpose(builder, cut[first : first + part])
                    for i, row in enumerate(rows):
                        offset = 32 * (group + i) + first * bits // 8
                        place = builder.gep(start, [ir.IntType(64)(offset)])
                        place = builder.bitcast(place, vector.as_pointer())
                        builder.store(row, place, align=1)
            return context.get_dummy_value()

        @intrinsic  # type: ignore[untyped-decorator]
        def store(typing: Any, buffer: Any, start: Any, digest: Any) -> Any:
            return types.void(buffer, types.int64, digest), generate

        return store

    return make


def _spread(bits: int, step: int) -> Callable[[int], Any]:
    """Return a maker of lanes that hold a value, a step higher in each."""

    @cache
    def make(vector_bits: int) -> Any:
        kind = LanesType(bits, vector_bits // bits)
        vector = vector_type(kind)

        def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            word = builder.trunc(values[0], vector.element) if bits < 64 else values[0]
            filled = splat(builder, word, vector)
            ramp = ir.Constant(vector, [step * i for i in range(kind.count)])
            return builder.add(filled, ramp)

        @intrinsic  # type: ignore[untyped-decorator]
        def spread(typing: Any, value: Any) -> Any:
            return kind(types.int64), generate

        return spread

    return make


@cache
def _smallest(vector_bits: int) -> Any:
    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        vector = values[0].type
        function = cgutils.get_or_insert_function(
            builder.module,
            ir.FunctionType(vector.element, [vector]),
            f"llvm.vector.reduce.umin.v{vector.count}i{vector.element.width}",
        )
        return builder.call(function, [values[0]])

    @intrinsic  # type: ignore[untyped-decorator]
    def smallest(typing: Any, lanes: Any) -> Any:
        return types.uint32(lanes), generate

    return smallest


@cache
def _load64(vector_bits: int) -> Any:
    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        place = _pointer(context, builder, signature.args[0], *values)
        place = builder.bitcast(place, ir.IntType(64).as_pointer())
        return builder.load(place, align=1)

    @intrinsic  # type: ignore[untyped-decorator]
    def load(typing: Any, buffer: Any, start: Any) -> Any:
        return types.uint64(buffer, types.int64), generate

    return load


@cache
def _store64(vector_bits: int) -> Any:
    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        place = _pointer(context, builder, signature.args[0], *values[:2])
        place = builder.bitcast(place, ir.IntType(64).as_pointer())
        builder.store(values[2], place, align=1)
        return context.get_dummy_value()

    @intrinsic  # type: ignore[untyped-decorator]
    def store(typing: Any, buffer: Any, start: Any, word: Any) -> Any:
        return types.void(buffer, types.int64, types.uint64), generate

    return store


PRIMITIVES: dict[str, Callable[[int], Any]] = {
    "count_up32": _spread(32, 1),
    "first_places": first_places,
    "load_blocks": _load(32, swap=True),
    "load_blocks64": _load(64, swap=False),
    "load_word64": _load64,
    "smallest": _smallest,
    "splat32": _spread(32, 0),
    "splat64": _spread(64, 0),
    "store_digests": _store(32, swap=True),
    "store_digests64": _store(64, swap=False),
    "store_word64": _store64,
    **WORD_PRIMITIVES,
}
"""The compiled form of each primitive of `lanes` and of `word`."""
