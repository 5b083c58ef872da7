"""The compiler turns Vyper into code of the machine, and says where it cannot.

It is Vyper itself, loaded when the first source is not in the cache.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

from minichain.contracts.artifact import Artifact
from minichain.contracts.cache import Cache, compute_key, default_cache
from minichain.errors import ProtocolError

EVM_VERSION = "cancun"
"""The rules that contracts are compiled for; each source names them itself."""

OUTPUTS = (
    "abi", "bytecode", "bytecode_runtime", "source_map", "source_map_runtime", "layout",
)  # fmt: skip
"""What is asked of the compiler."""


UNFORESEEN = (MemoryError, RecursionError, SyntaxError, TypeError, ValueError)
"""What else stops the compiler: odd characters, and lists within lists within lists."""

MAIN = -1
"""The compiler's number for the source itself, and not for a module it imports."""


class CompilationFailed(ProtocolError):
    """A source that is no valid Vyper.

    Attributes
    ----------
    reason : str
        What is wrong, in the compiler's words.
    line, column : int or None
        Where, counted from 1 and from 0; None if the compiler does not say.
    text : str
        That line of the source.
    """

    rule = "vyper"

    def __init__(
        self, name: str, reason: str, line: int | None, column: int | None, text: str
    ) -> None:
        place = "" if line is None else f", line {line}: {text.strip()}"
        super().__init__(f"{name}{place}: {reason}")
        self.reason, self.line, self.column, self.text = reason, line, column, text


def compile_source(
    source: str,
    name: str = "contract",
    *,
    folder: Path | None = None,
    cache: Cache | None = None,
) -> Artifact:
    """Return a contract compiled for Cancun, from the cache if it is there.

    Parameters
    ----------
    source : str
        The contract.
    name : str
        What it is called in errors.
    folder : Path or None
        Where modules that it imports lie; without it only Vyper's own can be.
    cache : Cache or None
        Where results are kept; by default in memory and in the user's cache.

    Raises
    ------
    CompilationFailed
        It is no valid Vyper.

    Examples
    --------
    >>> artifact = compile_source("number: public(uint256)")
    >>> list(artifact.functions)
    ['number', 'number()']
    """
    cache = cache or default_cache()
    try:
        key = compute_key(source, EVM_VERSION, folder)
    except UnicodeEncodeError as error:
        raise _fail(name, source, str(error), None, None) from error
    artifact = cache.get(key)
    if artifact is None:
        artifact = _compile(source, name, folder)
        cache.put(key, artifact)
    return artifact if artifact.name == name else replace(artifact, name=name)


def _compile(source: str, name: str, folder: Path | None) -> Artifact:
    from vyper import compile_code
    from vyper.compiler.input_bundle import FilesystemInputBundle
    from vyper.compiler.settings import Settings
    from vyper.exceptions import ParserException, VyperException

    bundle = FilesystemInputBundle([] if folder is None else [folder])
    try:
        output = compile_code(
            source,
            output_formats=list(OUTPUTS),
            settings=Settings(evm_version=EVM_VERSION),
            input_bundle=bundle,
        )
    except VyperException as error:
        raise _explain(name, source, error) from error
    except (*UNFORESEEN, ParserException) as error:
        # It is the source's fault all the same.
        line = getattr(error, "lineno", None)
        raise _fail(
            name, source, str(error) or "nests too deeply", line, None
        ) from error
    creation, positions = output["source_map"], output["source_map_runtime"]
    return Artifact(
        name=name,
        source=source,
        interface=tuple(output["abi"]),
        initcode=bytes.fromhex(output["bytecode"][2:]),
        runtime=bytes.fromhex(output["bytecode_runtime"][2:]),
        lines=_list_lines(source, positions),
        reasons=dict(positions["error_map"]),
        slots=_list_slots(output["layout"].get("storage_layout", {})),
        creation_lines=_list_lines(source, creation),
        creation_reasons=dict(creation["error_map"]),
    )


def _list_lines(source: str, output: dict[str, Any]) -> dict[int, int]:
    """Return the line of each place whose line is certain, by place in the code."""
    text, nodes = source.splitlines() or [""], output["pc_ast_map"]
    lines = {}
    for place, span in output["pc_pos_map"].items():
        if not span or not span[0] or nodes[place][0] != MAIN:
            continue
        line, start, last, end = span
        # What the compiler adds by itself it places at the whole source. And a name
        # alone it may place where the same value is used again later.
        is_name = line == last and text[line - 1][start:end].isidentifier()
        if (line, start) != (1, 0) and not is_name:
            lines[place] = line
    return lines


def _list_slots(layout: dict[str, Any]) -> dict[str, int]:
    return {name: entry["slot"] for name, entry in layout.items() if "slot" in entry}


def _explain(name: str, source: str, error: Any) -> CompilationFailed:
    nodes = [
        note[1] if isinstance(note, tuple) else note for note in error.annotations or ()
    ]
    node = nodes[0] if nodes else error
    line = getattr(node, "lineno", None)
    column = getattr(node, "col_offset", None)
    reason = str(error.message)
    hint = error.hint
    return _fail(name, source, f"{reason} ({hint})" if hint else reason, line, column)


def _fail(
    name: str, source: str, reason: str, line: int | None, column: int | None
) -> CompilationFailed:
    lines = source.splitlines()
    text = lines[line - 1] if line and line <= len(lines) else ""
    return CompilationFailed(name, reason, line, column, text)
