"""Vectors are lanes as numba and LLVM know them: the compiled half of `lanes`.

A traced program meets `Lanes` objects in place of ints. Each operation on them emits
one instruction into the function being compiled.
"""

from collections.abc import Callable, Sequence
from functools import cache
from inspect import signature
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic, models, register_model


class LanesType(types.Type):  # type: ignore[misc]
    """numba's type of ``count`` words of ``bits`` bits side by side."""

    def __init__(self, bits: int, count: int) -> None:
        self.bits = bits
        self.count = count
        super().__init__(name=f"u{bits}x{count}")


@register_model(LanesType)
class _LanesModel(models.PrimitiveModel):  # type: ignore[misc]
    def __init__(self, manager: Any, kind: LanesType) -> None:
        vector = ir.VectorType(ir.IntType(kind.bits), kind.count)
        super().__init__(manager, kind, vector)


def _words(kind: Any) -> Any:
    """Return numba's type of one word or of lanes for an LLVM type."""
    if isinstance(kind, ir.VectorType):
        return LanesType(kind.element.width, kind.count)
    return {32: types.uint32, 64: types.uint64}[kind.width]


def _constant(kind: Any, value: int) -> Any:
    if isinstance(kind, ir.VectorType):
        return ir.Constant(kind, [value & (2**kind.element.width - 1)] * kind.count)
    return ir.Constant(kind, value & (2**kind.width - 1))


def shuffle(builder: Any, left: Any, right: Any, picks: list[int]) -> Any:
    """Return the lanes that ``picks`` names, counted through left and then right."""
    mask = ir.Constant(ir.VectorType(ir.IntType(32), len(picks)), picks)
    return builder.shuffle_vector(left, right, mask)


def splat(builder: Any, word: Any, vector: Any) -> Any:
    """Return a vector that holds ``word`` in every lane."""
    empty = ir.Constant(vector, ir.Undefined)
    first = builder.insert_element(empty, word, ir.IntType(32)(0))
    return shuffle(builder, first, empty, [0] * vector.count)


def _same_width(builder: Any, left: Any, right: Any) -> tuple[Any, Any]:
    """Spread the single word of a pair over the other's lanes."""
    if isinstance(left.type, ir.VectorType):
        return left, splat(builder, right, left.type)
    return splat(builder, left, right.type), right


class Lanes:
    """A word, or words side by side, in the function being compiled.

    Operations between lanes and ints take the int as a constant in every lane.
    """

    def __init__(self, builder: Any, value: Any) -> None:
        self.builder = builder
        self.value = value

    def _combine(self, name: str, other: Any) -> "Lanes":
        left, kind = self.value, self.value.type
        right = other.value if isinstance(other, Lanes) else _constant(kind, other)
        if right.type != kind:
            left, right = _same_width(self.builder, left, right)
        return Lanes(self.builder, getattr(self.builder, name)(left, right))

    def __add__(self, other: Any) -> "Lanes":
        return self._combine("add", other)

    def __xor__(self, other: Any) -> "Lanes":
        return self._combine("xor", other)

    def __and__(self, other: Any) -> "Lanes":
        return self._combine("and_", other)

    def __or__(self, other: Any) -> "Lanes":
        return self._combine("or_", other)

    def __rshift__(self, count: int) -> "Lanes":
        return self._combine("lshr", count)

    def __invert__(self) -> "Lanes":
        return Lanes(self.builder, self.builder.not_(self.value))

    __radd__ = __add__
    __rxor__ = __xor__
    __rand__ = __and__
    __ror__ = __or__

    def _call(self, name: str, *others: Any) -> "Lanes":
        kind = self.value.type
        width = kind.element.width if isinstance(kind, ir.VectorType) else kind.width
        lanes = f"v{kind.count}" if isinstance(kind, ir.VectorType) else ""
        function = cgutils.get_or_insert_function(
            self.builder.module,
            ir.FunctionType(kind, [kind] * (1 + len(others))),
            f"llvm.{name}.{lanes}i{width}",
        )
        return Lanes(self.builder, self.builder.call(function, [self.value, *others]))

    def rotate_right(self, count: int) -> "Lanes":
        """Return each word rotated right by ``count`` bits."""
        return self._call("fshr", self.value, _constant(self.value.type, count))

    def swap_bytes(self) -> "Lanes":
        """Return each word with its bytes in reverse order."""
        return self._call("bswap")

    def smaller(self, other: "Lanes") -> "Lanes":
        """Return the smaller word of each lane, unsigned."""
        return self._call("umin", other.value)

    def at_most(self, other: "Lanes") -> "Lanes":
        """Return all ones in each lane that is at most the other's, else zero."""
        low = self.builder.icmp_unsigned("<=", self.value, other.value)
        return Lanes(self.builder, self.builder.sext(low, self.value.type))


@cache
def trace(function: Callable[..., Sequence[Any]]) -> Any:
    """Return an intrinsic that runs ``function`` on lanes while it is compiled."""

    def run(builder: Any, arguments: Any, values: Any) -> list[Any]:
        inputs: list[Any] = []
        for kind, value in zip(arguments, values, strict=True):
            if isinstance(kind, types.BaseTuple):
                parts = cgutils.unpack_tuple(builder, value)
                inputs.append([Lanes(builder, part) for part in parts])
            else:
                inputs.append(Lanes(builder, value))
        kinds = [v.value.type for i in inputs for v in (i if type(i) is list else [i])]
        # A result that never met a word of the input is a constant in every lane.
        return [
            word.value if isinstance(word, Lanes) else _constant(kinds[0], word)
            for word in function(*inputs)
        ]

    @cache
    def result(arguments: Any) -> Any:
        scratch = ir.Function(
            ir.Module(), ir.FunctionType(ir.VoidType(), []), "scratch"
        )
        builder = ir.IRBuilder(scratch.append_basic_block())
        values = [_undefined(kind) for kind in arguments]
        return types.Tuple([_words(v.type) for v in run(builder, arguments, values)])

    def generate(context: Any, builder: Any, call: Any, values: Any) -> Any:
        outputs = run(builder, call.args, values)
        return context.make_tuple(builder, call.return_type, outputs)

    def declare(*arguments: Any) -> Any:
        return result(arguments)(*arguments), generate

    return intrinsic(_DECLARATIONS[len(signature(function).parameters)](declare))


# numba counts an intrinsic's parameters, so each number of them has its own form.
_DECLARATIONS: dict[int, Callable[[Callable[..., Any]], Callable[..., Any]]] = {
    1: lambda declare: lambda typing, a: declare(a),
    2: lambda declare: lambda typing, a, b: declare(a, b),
    3: lambda declare: lambda typing, a, b, c: declare(a, b, c),
    4: lambda declare: lambda typing, a, b, c, d: declare(a, b, c, d),
    5: lambda declare: lambda typing, a, b, c, d, e: declare(a, b, c, d, e),
}


def _undefined(kind: Any) -> Any:
    if isinstance(kind, types.UniTuple):
        return ir.Constant(
            ir.ArrayType(vector_type(kind.dtype), kind.count), ir.Undefined
        )
    return ir.Constant(vector_type(kind), ir.Undefined)


def vector_type(kind: Any) -> Any:
    """Return the LLVM type of lanes or of a plain word."""
    if isinstance(kind, LanesType):
        return ir.VectorType(ir.IntType(kind.bits), kind.count)
    return ir.IntType(kind.bitwidth)
