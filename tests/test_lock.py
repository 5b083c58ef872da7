"""The lock answers what the project asks for, and the environment follows the lock."""

import re
import tomllib
from importlib.metadata import PackageNotFoundError, version
from itertools import chain

import pytest
from packaging.requirements import Requirement

from tasks.environment import LOCK, ROOT


def test_the_lock_holds_names_and_versions_and_no_address():
    for line in LOCK.read_text(encoding="utf-8").splitlines():
        name, _, condition = line.partition(" ; ")
        assert re.fullmatch(r"[a-z0-9.\-\[\],]+==[A-Za-z0-9.\-]+", name), line
        assert "://" not in condition


def requirements() -> list[Requirement]:
    """Return what pyproject asks for, extras included."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    return [Requirement(text) for text in chain(project["dependencies"], *extras)]


def locked() -> dict[str, list[Requirement]]:
    """Return the lock's lines that hold on this Python and platform, by name."""
    lines: dict[str, list[Requirement]] = {}
    for line in LOCK.read_text(encoding="utf-8").splitlines():
        one = Requirement(line)
        if one.marker is None or one.marker.evaluate():
            lines.setdefault(canonical(one.name), []).append(one)
    return lines


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize("asked", requirements(), ids=str)
def test_the_lock_answers_what_the_project_asks_for(asked):
    (line,) = locked()[canonical(asked.name)]
    (pin,) = line.specifier
    assert asked.specifier.contains(pin.version, prereleases=True)


def test_what_is_installed_is_what_the_lock_says():
    drift = []
    for name, (line, *more) in locked().items():
        assert not more, f"{name} is locked twice for this Python"
        (pin,) = line.specifier
        try:
            found = version(name)
        except PackageNotFoundError:
            found = "nothing"
        if not line.specifier.contains(found.replace("nothing", "0"), prereleases=True):
            drift.append(f"{name}: {found} is installed, {pin.version} is locked")
    assert drift == [], "run `python run.py setup` in a fresh environment"


def test_warnings_are_errors():
    config = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert config["tool"]["pytest"]["ini_options"]["filterwarnings"][0] == "error"
