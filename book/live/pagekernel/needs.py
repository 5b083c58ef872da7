"""A cell needs the cells above it that give its names their values.

A reader who runs one cell wants to see it now, and not after everything above it. What
a cell needs is read from the text of the cells. Where that is not sure, a cell counts
as needed: one too many costs time, one too few gives a wrong answer.
"""

import ast
import symtable
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Names:
    """The names at the top of a cell.

    Attributes
    ----------
    given : frozenset of str
        Those that it gives a value, or may change the value of.
    asked : frozenset of str
        Those whose value it asks for.
    is_clear : bool
        Whether the text says it all.
    """

    given: frozenset[str]
    asked: frozenset[str]
    is_clear: bool = True


def find_needed(cells: Sequence[str], place: int) -> list[int]:
    """Return the places of the cells that the one at `place` needs, in order.

    Examples
    --------
    >>> find_needed(["a = 1", "b = 2", "a.append(3)", "print(a)"], 3)
    [0, 2]
    """
    names = [read_names(cell) for cell in cells[: place + 1]]
    wanted = set(names[place].asked)
    if not names[place].is_clear:
        return list(range(place))
    needed = []
    for number in reversed(range(place)):
        found = names[number]
        if not found.is_clear or found.given & wanted:
            needed.append(number)
            wanted |= found.asked
    return needed[::-1]


def read_names(source: str) -> Names:
    """Return the names at the top of a cell."""
    try:
        tree = ast.parse(source)
        table = symtable.symtable(source, "cell", "exec")
    except (SyntaxError, ValueError, RecursionError):
        return Names(frozenset(), frozenset(), is_clear=False)
    given = {symbol.get_name() for symbol in table.get_symbols() if _is_given(symbol)}
    asked = _asked(table)
    reader = _Changes()
    reader.visit(tree)
    return Names(frozenset(given | reader.changed), frozenset(asked), reader.is_clear)


def _is_given(symbol: symtable.Symbol) -> bool:
    return symbol.is_assigned() or symbol.is_imported()


def _asked(table: symtable.SymbolTable, top: bool = True) -> set[str]:
    asked = {
        symbol.get_name()
        for symbol in table.get_symbols()
        if symbol.is_referenced() and (top or symbol.is_global())
    }
    return asked.union(*(_asked(inner, False) for inner in table.get_children()))


class _Changes(ast.NodeVisitor):
    """Finds names whose values a cell may change without giving them anew."""

    def __init__(self) -> None:
        self.changed: set[str] = set()
        self.is_clear = True

    def visit_Global(self, node: ast.Global) -> None:
        self.changed.update(node.names)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        if any(alias.name == "*" for alias in node.names):
            self.is_clear = False

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self._note(node, node.ctx)
        self.generic_visit(node)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        self._note(node, node.ctx)
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        # A method may change what it is called on: `chain.mine()`.
        if isinstance(node.func, ast.Attribute):
            self._add_root(node.func)
        # Names given to a function may be changed by it: `advance(chain)`.
        for argument in [*node.args, *(keyword.value for keyword in node.keywords)]:
            self._add_root(argument)
        if isinstance(node.func, ast.Name) and node.func.id in ("exec", "eval"):
            self.is_clear = False
        self.generic_visit(node)

    def _note(self, node: ast.expr, context: ast.expr_context) -> None:
        if isinstance(context, ast.Store | ast.Del):
            self._add_root(node)

    def _add_root(self, node: ast.expr) -> None:
        while isinstance(node, ast.Attribute | ast.Subscript | ast.Starred):
            node = node.value
        if isinstance(node, ast.Name):
            self.changed.add(node.id)
