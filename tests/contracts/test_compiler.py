"""The compiler compiles once, and says which line is wrong."""

from dataclasses import replace
from importlib.metadata import PackageNotFoundError

import pytest
import vyper

from minichain.contracts import CompilationFailed, compile_source
from minichain.contracts import cache as keeping
from minichain.contracts import compiler as module
from minichain.contracts.artifact import Artifact
from minichain.contracts.cache import Cache

SOURCE = """\
#pragma version 0.4.3
#pragma evm-version cancun

total: public(uint256)


@external
def add(amount: uint256):
    assert amount > 3, "add: too little"
    self.total += amount
"""


@pytest.fixture
def cache(tmp_path) -> Cache:
    return Cache(tmp_path / "cache")


@pytest.mark.oracle
def test_the_code_is_what_the_compiler_itself_makes(cache):
    made = compile_source(SOURCE, cache=cache)
    output = vyper.compile_code(SOURCE, output_formats=["bytecode", "bytecode_runtime"])
    assert "0x" + made.initcode.hex() == output["bytecode"]
    assert "0x" + made.runtime.hex() == output["bytecode_runtime"]


def test_a_source_is_compiled_once_and_then_read(cache, monkeypatch):
    made = compile_source(SOURCE, cache=cache)
    monkeypatch.setattr(module, "_compile", lambda *_: pytest.fail("compiled again"))
    assert compile_source(SOURCE, cache=cache) is made
    assert compile_source(SOURCE, cache=Cache(cache.folder)) == made


def test_a_compiler_without_its_wheel_s_notes_has_the_same_version(monkeypatch):
    key, known = keeping.compute_key(SOURCE, "cancun", None), keeping.read_version()

    def miss(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(keeping, "version", miss)
    assert keeping.read_version() == known == vyper.__version__
    assert keeping.compute_key(SOURCE, "cancun", None) == key


def test_a_changed_source_is_compiled_anew(cache):
    made = compile_source(SOURCE, cache=cache)
    other = compile_source(SOURCE.replace("> 3", "> 4"), cache=cache)
    assert other.runtime != made.runtime


def test_a_changed_module_is_compiled_anew(cache, tmp_path):
    source = "import rate\n@external\ndef f() -> uint256:\n    return rate.RATE\n"
    made = []
    for number in (5, 6):
        (tmp_path / "rate.vy").write_text(f"RATE: constant(uint256) = {number}\n")
        made.append(compile_source(source, folder=tmp_path, cache=cache).runtime)
    assert made[0] != made[1]


@pytest.mark.parametrize("damage", ["", "{}", "[1]", '{"name": 1}', "\x00"])
def test_a_damaged_cache_is_compiled_over(cache, damage):
    made = compile_source(SOURCE, cache=cache)
    (file,) = cache.folder.iterdir()
    whole = file.read_text()
    file.write_text(damage)
    assert compile_source(SOURCE, cache=Cache(cache.folder)) == made
    assert file.read_text() == whole


def test_a_folder_that_cannot_be_written_to_costs_the_cache_alone(tmp_path):
    (tmp_path / "file").write_text("no folder")
    cache = Cache(tmp_path / "file" / "cache")
    assert compile_source(SOURCE, cache=cache).initcode


def test_the_same_source_may_be_called_differently(cache):
    first = compile_source(SOURCE, "first", cache=cache)
    assert compile_source(SOURCE, "second", cache=cache) == replace(
        first, name="second"
    )


def test_an_artifact_comes_back_from_its_json(cache):
    made = compile_source(SOURCE, cache=cache)
    assert Artifact.from_json(made.to_json()) == made


def test_places_in_the_code_lead_to_lines_and_reasons(cache):
    made = compile_source(SOURCE, cache=cache)
    asserted = {p for p, line in made.lines.items() if line == 9}
    assert {made.line_at(p) for p in asserted} == {
        (9, 'assert amount > 3, "add: too little"')
    }
    assert "user revert with reason" in {made.reasons.get(p) for p in asserted}
    assert "safeadd" in made.reasons.values()
    assert made.line_at(10**6) is None
    assert made.slots == {"total": 0}


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("self.total += amount", "self.sum += amount", 10, "'sum' has not been"),
        ("self.total += amount", "self.total += True", 10, "bool"),
        ("amount: uint256", "amount: uint257", 8, "uint257"),
        ("self.total += amount", "self.total =+", 10, "invalid syntax"),
        ("    assert", "  assert", 10, "indent"),
        ("0.4.3", "0.3.9", 1, "version"),
        ("cancun", "london", None, "london"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(cache, old, new, line, reason):
    source = SOURCE.replace(old, new)
    with pytest.raises(CompilationFailed) as caught:
        compile_source(source, "sum", cache=cache)
    error = caught.value
    assert (error.rule, error.line) == ("vyper", line)
    assert reason in error.reason
    assert line is None or error.text in source.splitlines()[line - 1 : line + 1]
    assert list(cache.folder.iterdir() if cache.folder.exists() else []) == []


@pytest.mark.parametrize("source", ["(" * 5_000, "x: uint256 = " + "-" * 20_000 + "1"])
def test_text_that_nests_too_deeply_ends_nothing(cache, source):
    with pytest.raises(CompilationFailed):
        compile_source(source, cache=cache)


def test_lines_of_an_imported_module_are_not_taken_for_the_source_s_own(
    cache, tmp_path
):
    module = "\n" * 40 + (
        "@internal\ndef half(x: uint256) -> uint256:\n"
        "    assert x > 1\n    return x // 2\n"
    )
    (tmp_path / "parts.vy").write_text(module)
    source = "import parts\n@external\ndef f(x: uint256) -> uint256:\n" + (
        "    return parts.half(x)\n"
    )
    made = compile_source(source, folder=tmp_path, cache=cache)
    assert made.lines
    assert max(made.lines.values()) <= 4


def test_the_constructor_s_places_have_lines_too(cache):
    source = SOURCE + "\n@deploy\ndef __init__():\n    assert msg.sender != self\n"
    made = compile_source(source, cache=cache)
    assert 14 in made.creation_lines.values()
    assert 14 not in made.lines.values()
    assert "user assert" in made.creation_reasons.values()


def test_an_empty_source_is_a_contract_that_does_nothing(cache):
    made = compile_source("", cache=cache)
    assert (made.interface, made.lines) == ((), {})


@pytest.mark.parametrize("source", ["a\0b", "# \ud800"])
def test_characters_that_no_source_may_have_are_named(cache, source):
    with pytest.raises(CompilationFailed, match=r"null bytes|surrogates"):
        compile_source(source, cache=cache)
