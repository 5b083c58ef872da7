"""A bundle is a widget's front end as the one ES module that anywidget loads.

The front end is written as plain ES modules that import each other by name, so a
browser can also load them one by one. anywidget takes a single text per widget, loads
it from a ``blob:`` address (a page's policy must allow ``script-src blob:``) and knows
no files. `compose` therefore lays the modules one behind the other, each in a function
of its own so that their names do not meet. No build step, no network.
"""

import re
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent
"""Where the front end lies: beside its Python."""

_IMPORT = re.compile(r'^import \{([\w\s,]+)\} from "\./([\w-]+)\.js";$', re.MULTILINE)
_EXPORT = re.compile(
    r"^export (?=(?:async )?(?:function|const|class) (\w+))", re.MULTILINE
)


@cache
def compose(name: str) -> str:
    """Return the module ``name.js`` with all that it imports, as one module.

    Imports read ``import { a, b } from "./other.js";`` and exports stand before
    ``function``, ``const`` or ``class``; only the last module has a default export.

    Raises
    ------
    FileNotFoundError
        There is no such module.
    ValueError
        Modules import each other in a circle.
    """
    parts: dict[str, str] = {}
    _collect(name, parts, ())
    main = parts.pop(name)
    return "\n".join([*parts.values(), main])


@cache
def style(name: str) -> str:
    """Return the style sheet of a widget: the base's, then its own if it has one."""
    own = FOLDER / f"{name}.css"
    sheets = [FOLDER / "base.css", *([own] if own.is_file() else [])]
    return "\n".join(sheet.read_text("utf-8") for sheet in sheets)


def _collect(name: str, parts: dict[str, str], above: tuple[str, ...]) -> None:
    if name in above:
        raise ValueError(f"modules in a circle: {' -> '.join([*above, name])}")
    if name in parts:
        return
    source = (FOLDER / f"{name}.js").read_text("utf-8")
    for match in _IMPORT.finditer(source):
        _collect(match[2], parts, (*above, name))
    body = _IMPORT.sub(lambda m: f"const {{{m[1]}}} = {_identifier(m[2])};", source)
    if above:
        exports = ", ".join(_EXPORT.findall(body))
        body = (
            f"const {_identifier(name)} = (() => {{\n{_EXPORT.sub('', body)}"
            f"return {{ {exports} }};\n}})();"
        )
    parts[name] = body


def _identifier(name: str) -> str:
    return "module_" + name.replace("-", "_")
