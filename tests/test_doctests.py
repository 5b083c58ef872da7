"""Every example in a docstring gives what it says."""

import doctest
import re
from importlib import import_module
from pathlib import Path

import pytest

from tasks.environment import ROOT


def modules_with_examples() -> list[str]:
    paths = [
        p for folder in ("minichain", "tasks") for p in (ROOT / folder).rglob("*.py")
    ]
    paths.append(ROOT / "tests" / "benchmarks" / "side_by_side.py")
    return sorted(name_of(p) for p in paths if ">>>" in p.read_text(encoding="utf-8"))


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def failures(text: str, names: dict[str, object]) -> int:
    runner = doctest.DocTestRunner()
    runner.run(doctest.DocTestParser().get_doctest(text, names, "text", None, 0))
    return runner.failures


@pytest.mark.parametrize("name", modules_with_examples())
def test_the_examples_of_a_module_hold(name):
    result = doctest.testmod(import_module(name), optionflags=doctest.FAIL_FAST)
    assert result.attempted > 0
    assert result.failed == 0, f"see: python -m doctest of {name}"


def test_an_example_that_is_wrong_does_not_hold(capsys):
    assert failures(">>> 6 * 7\n42\n", {}) == 0
    assert failures(">>> 6 * 7\n43\n", {}) == 1


def test_the_code_in_the_readme_runs_and_shows_a_broken_rule(capsys):
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for block in re.findall(r"```python\n(.*?)```", readme, re.DOTALL):
        exec(compile(block, "README.md", "exec"), {})
    assert "FAIL merkle-root" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_every_file_that_the_front_pages_name_is_there(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    linked = re.findall(r"\]\(([^)#:]+)\)", text)
    named = re.findall(
        r"`((?:minichain|tests|chapters|labs|book|tasks)/[\w./-]+)`", text
    )
    assert linked + named
    assert [path for path in linked + named if not (ROOT / path).exists()] == []
