"""Primitives of words, as LLVM's instructions: loads, stores, and changes of width."""

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from minichain.kernels import word_division as division
from minichain.kernels.word_types import I64, WORD, call_llvm, place_in

I256 = ir.IntType(256)
"""LLVM's word."""


@intrinsic  # type: ignore[untyped-decorator]
def _saturate(typing: Any, value: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        large = ir.Constant(I256, division.LARGE)
        return builder.trunc(call_llvm(builder, "umin", values[0], large), I64)

    return (types.int64(value), generate) if value == WORD else None


@intrinsic  # type: ignore[untyped-decorator]
def _shift_right_signed(typing: Any, value: Any, count: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        count = context.cast(builder, values[1], signature.args[1], types.uint64)
        return builder.ashr(values[0], builder.zext(count, I256))

    return (WORD(value, count), generate) if value == WORD else None


@intrinsic  # type: ignore[untyped-decorator]
def _load_word(typing: Any, buffer: Any, start: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        place = builder.bitcast(place_in(builder, *values), I256.as_pointer())
        return call_llvm(builder, "bswap", builder.load(place, align=1))

    return WORD(buffer, types.int64), generate


@intrinsic  # type: ignore[untyped-decorator]
def _store_word(typing: Any, buffer: Any, start: Any, value: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        place = builder.bitcast(place_in(builder, *values[:2]), I256.as_pointer())
        builder.store(call_llvm(builder, "bswap", values[2]), place, align=1)
        return context.get_dummy_value()

    return types.void(buffer, types.int64, WORD), generate


@intrinsic  # type: ignore[untyped-decorator]
def _load_short(typing: Any, buffer: Any, start: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        place = builder.bitcast(place_in(builder, *values), I64.as_pointer())
        return call_llvm(builder, "bswap", builder.load(place, align=1))

    return types.uint64(buffer, types.int64), generate


@intrinsic  # type: ignore[untyped-decorator]
def _join_digest(typing: Any, a: Any, b: Any, c: Any, d: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        joined = ir.Constant(I256, 0)
        for value in values:
            part = builder.zext(call_llvm(builder, "bswap", value), I256)
            joined = builder.or_(builder.shl(joined, I256(64)), part)
        return joined

    return WORD(a, b, c, d), generate


@intrinsic  # type: ignore[untyped-decorator]
def _copy_bytes(
    typing: Any, to: Any, start: Any, source: Any, first: Any, count: Any
) -> Any:
    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        goal = place_in(builder, values[0], values[1])
        origin = place_in(builder, values[2], values[3])
        kinds = [goal.type, origin.type, I64, ir.IntType(1)]
        move = cgutils.get_or_insert_function(
            builder.module,
            ir.FunctionType(ir.VoidType(), kinds),
            "llvm.memmove.p0.p0.i64",
        )
        builder.call(move, [goal, origin, values[4], ir.IntType(1)(0)])
        return context.get_dummy_value()

    index = types.int64
    return types.void(to, index, source, index, index), generate


@intrinsic  # type: ignore[untyped-decorator]
def _clear_bytes(typing: Any, buffer: Any, start: Any, count: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        goal = place_in(builder, values[0], values[1])
        kinds = [goal.type, ir.IntType(8), I64, ir.IntType(1)]
        clear = cgutils.get_or_insert_function(
            builder.module, ir.FunctionType(ir.VoidType(), kinds), "llvm.memset.p0.i64"
        )
        builder.call(clear, [goal, ir.IntType(8)(0), values[2], ir.IntType(1)(0)])
        return context.get_dummy_value()

    return types.void(buffer, types.int64, types.int64), generate


def _same(function: Any) -> Callable[[int], Any]:
    """Return a maker of what is the same whatever the width of vectors."""
    return lambda vector_bits: function


WORD_PRIMITIVES: dict[str, Callable[[int], Any]] = {
    "add_modulo": _same(division.add_modulo),
    "clear_bytes": _same(_clear_bytes),
    "copy_bytes": _same(_copy_bytes),
    "count_bits": _same(division.count_bits),
    "divide": _same(division.divide),
    "divide_signed": _same(division.divide_signed),
    "is_less_signed": _same(division.is_less_signed),
    "join_digest": _same(_join_digest),
    "load_short": _same(_load_short),
    "load_word": _same(_load_word),
    "low64": _same(division.low64),
    "modulo": _same(division.modulo),
    "modulo_signed": _same(division.modulo_signed),
    "multiply_modulo": _same(division.multiply_modulo),
    "power": _same(division.power),
    "saturate": _same(_saturate),
    "shift_right_signed": _same(_shift_right_signed),
    "store_word": _same(_store_word),
}
"""The compiled form of each primitive of `minichain.kernels.word`."""
