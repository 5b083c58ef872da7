"""A compiled word is a wide integer of LLVM, and a flat buffer an address and a length.

Here numba learns both: their types, their operators, and how one is read from the
other. Importing this module teaches it.
"""

import operator
from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import (
    intrinsic,
    lower_builtin,
    models,
    register_model,
    type_callable,
)


class WordType(types.Type):  # type: ignore[misc]
    """numba's type of an unsigned integer of many bits."""

    def __init__(self, bits: int) -> None:
        self.bits = bits
        super().__init__(name=f"word{bits}")


class FlatType(types.Type):  # type: ignore[misc]
    """numba's type of a flat buffer, indexed as it stands: never from the end."""

    def __init__(self, item: Any) -> None:
        self.item = item
        super().__init__(name=f"flat({item})")


WORD, PRODUCT, SHIFTED = WordType(256), WordType(512), WordType(320)
"""A word, a product of two, and a word times 2**64."""

I64 = ir.IntType(64)
"""LLVM's 64-bit integer."""


@register_model(WordType)
class _WordModel(models.PrimitiveModel):  # type: ignore[misc]
    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, ir.IntType(kind.bits))


@register_model(FlatType)
class _FlatModel(models.StructModel):  # type: ignore[misc]
    def __init__(self, manager: Any, kind: Any) -> None:
        members = [("data", types.CPointer(kind.item)), ("length", types.int64)]
        super().__init__(manager, kind, members)


def _as_index(builder: Any, value: Any, kind: Any) -> Any:
    if value.type.width == I64.width:
        return value
    return (builder.sext if kind.signed else builder.zext)(value, I64)


def place_in(builder: Any, buffer: Any, index: Any) -> Any:
    """Return the pointer to an item of a flat buffer."""
    return builder.gep(builder.extract_value(buffer, 0), [index])


# Operators of two words

_OPERATORS: dict[Callable[..., Any], tuple[str, Any]] = {
    operator.add: ("add", None),
    operator.sub: ("sub", None),
    operator.mul: ("mul", None),
    operator.and_: ("and_", None),
    operator.or_: ("or_", None),
    operator.xor: ("xor", None),
    operator.lt: ("<", types.boolean),
    operator.gt: (">", types.boolean),
    operator.eq: ("==", types.boolean),
    operator.ne: ("!=", types.boolean),
}


def _teach(function: Callable[..., Any], name: str, result: Any) -> None:
    @type_callable(function)  # type: ignore[untyped-decorator]
    def _type(context: Any) -> Any:
        def typer(left: Any, right: Any) -> Any:
            if isinstance(left, WordType) and left == right:
                return result or left
            return None

        return typer

    @lower_builtin(function, WordType, WordType)  # type: ignore[untyped-decorator]
    def _lower(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        if result is None:
            return getattr(builder, name)(*values)
        return builder.icmp_unsigned(name, *values)


for _function, (_name, _result) in _OPERATORS.items():
    _teach(_function, _name, _result)


def _teach_shift(function: Callable[..., Any], name: str) -> None:
    @type_callable(function)  # type: ignore[untyped-decorator]
    def _type(context: Any) -> Any:
        def typer(word: Any, count: Any) -> Any:
            if isinstance(word, WordType) and isinstance(count, types.Integer):
                return word
            return None

        return typer

    @lower_builtin(function, WordType, types.Integer)  # type: ignore[untyped-decorator]
    def _lower(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        word, count = values
        count = _as_index(builder, count, signature.args[1])
        return getattr(builder, name)(word, builder.zext(count, word.type))


_teach_shift(operator.lshift, "shl")
_teach_shift(operator.rshift, "lshr")


@type_callable(operator.invert)  # type: ignore[untyped-decorator]
def _type_invert(context: Any) -> Any:
    return lambda word: word if isinstance(word, WordType) else None


@lower_builtin(operator.invert, WordType)  # type: ignore[untyped-decorator]
def _lower_invert(context: Any, builder: Any, signature: Any, values: Any) -> Any:
    return builder.not_(values[0])


# Flat buffers


@type_callable(len)  # type: ignore[untyped-decorator]
def _type_length(context: Any) -> Any:
    return lambda buffer: types.int64 if isinstance(buffer, FlatType) else None


@lower_builtin(len, FlatType)  # type: ignore[untyped-decorator]
def _lower_length(context: Any, builder: Any, signature: Any, values: Any) -> Any:
    return builder.extract_value(values[0], 1)


@type_callable(operator.getitem)  # type: ignore[untyped-decorator]
def _type_get(context: Any) -> Any:
    def typer(buffer: Any, index: Any) -> Any:
        if isinstance(buffer, FlatType) and isinstance(index, types.Integer):
            return buffer.item
        return None

    return typer


@lower_builtin(operator.getitem, FlatType, types.Integer)  # type: ignore[untyped-decorator]
def _lower_get(context: Any, builder: Any, signature: Any, values: Any) -> Any:
    index = _as_index(builder, values[1], signature.args[1])
    return builder.load(place_in(builder, values[0], index), align=1)


@type_callable(operator.setitem)  # type: ignore[untyped-decorator]
def _type_set(context: Any) -> Any:
    def typer(buffer: Any, index: Any, value: Any) -> Any:
        if isinstance(buffer, FlatType) and isinstance(index, types.Integer):
            return types.none
        return None

    return typer


@lower_builtin(operator.setitem, FlatType, types.Integer, types.Any)  # type: ignore[untyped-decorator]
def _lower_set(context: Any, builder: Any, signature: Any, values: Any) -> Any:
    kind, index_kind, value_kind = signature.args
    index = _as_index(builder, values[1], index_kind)
    value = context.cast(builder, values[2], value_kind, kind.item)
    builder.store(value, place_in(builder, values[0], index), align=1)
    return context.get_dummy_value()


# From one width to another


def resize(kind: WordType) -> Any:
    """Return an intrinsic that makes a ``kind`` of a word, an integer or a truth."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        (value,), (source,) = values, signature.args
        goal = ir.IntType(kind.bits)
        if isinstance(source, types.Boolean):
            return builder.zext(
                context.cast(builder, value, source, types.uint64), goal
            )
        if value.type.width == kind.bits:
            return value
        if value.type.width > kind.bits:
            return builder.trunc(value, goal)
        is_signed = isinstance(source, types.Integer) and source.signed
        return (builder.sext if is_signed else builder.zext)(value, goal)

    @intrinsic  # type: ignore[untyped-decorator]
    def convert(typing: Any, value: Any) -> Any:
        if isinstance(value, WordType | types.Integer | types.Boolean):
            return kind(value), generate
        return None

    return convert


to_word = resize(WORD)
"""Makes a word."""

to_product = resize(PRODUCT)
"""Makes an integer of 512 bits."""

to_shifted = resize(SHIFTED)
"""Makes an integer of 320 bits."""


def call_llvm(builder: Any, name: str, *values: Any) -> Any:
    """Call an intrinsic of LLVM whose result is as wide as its first argument."""
    kind = values[0].type
    function = cgutils.get_or_insert_function(
        builder.module,
        ir.FunctionType(kind, [value.type for value in values]),
        f"llvm.{name}.i{kind.width}",
    )
    return builder.call(function, values)
