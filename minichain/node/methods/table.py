"""A table of methods maps each name to a function and to the readers of its values."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from minichain.node.failures import InvalidParameters
from minichain.node.hexadecimal import Reader
from minichain.node.node import Node


@dataclass(frozen=True, slots=True)
class Method:
    """A function with readers.

    Attributes
    ----------
    run : callable
        Takes the node and the values.
    readers : tuple of Reader
        Make the values from JSON.
    required : int
        How many values must be given; None stands for the others.
    """

    run: Callable[..., Any]
    readers: tuple[Reader, ...]
    required: int

    def __call__(self, node: Node, given: list[Any]) -> Any:
        """Do what is asked.

        Raises
        ------
        InvalidParameters
            There are too few values, too many, or others than the method takes.
        Failure
            It cannot be done.
        """
        if not self.required <= len(given) <= len(self.readers):
            most = len(self.readers)
            wanted = most if most == self.required else f"{self.required} to {most}"
            raise InvalidParameters(f"{len(given)} parameters, required {wanted}")
        values = []
        for place, read in enumerate(self.readers):
            value = given[place] if place < len(given) else None
            left_out = value is None and place >= self.required
            values.append(None if left_out else read(value))
        return self.run(node, *values)


Table = dict[str, Method]
"""Methods by name."""

Run = TypeVar("Run", bound=Callable[..., Any])
"""What a method runs."""


def method(
    table: Table, name: str, *readers: Reader, required: int | None = None
) -> Callable[[Run], Run]:
    """Enter the decorated function in a table.

    Parameters
    ----------
    table : Table
        The table.
    name : str
        The method's name.
    *readers
        Make its values from JSON.
    required : int or None
        How many must be given; all by default.
    """

    def enter(run: Run) -> Run:
        count = len(readers) if required is None else required
        table[name] = Method(run, readers, count)
        return run

    return enter
