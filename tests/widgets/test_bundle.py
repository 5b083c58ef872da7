"""Bundles: one module, nothing from outside, no way for text to become markup."""

import re
from pathlib import Path

import pytest

from minichain.widgets import bundle

SCRIPTS = sorted(bundle.FOLDER.glob("*.js"))
SHEETS = sorted(bundle.FOLDER.glob("*.css"))


def write(folder: Path, **modules: str) -> None:
    for name, source in modules.items():
        (folder / f"{name}.js").write_text(source, encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(bundle, "FOLDER", tmp_path)
    bundle.compose.cache_clear()
    yield tmp_path
    bundle.compose.cache_clear()


def test_modules_are_laid_one_behind_the_other(folder: Path) -> None:
    write(
        folder,
        low="export const one = 1;\nexport function two() { return 2; }\n",
        high='import {\n  one,\n  two,\n} from "./low.js";\nconst x = one;\n'
        "export default x + two();\n",
    )
    text = bundle.compose("high")
    assert "import" not in text
    assert text.count("const x = one;") == 1
    assert text.index("return { one, two };") < text.index("export default")


def test_a_module_used_twice_is_there_once(folder: Path) -> None:
    write(
        folder,
        dom="export const marker = 1;\n",
        left='import { marker } from "./dom.js";\nexport const left = marker;\n',
        top='import { marker } from "./dom.js";\nimport { left } from "./left.js";\n'
        "export default marker + left;\n",
    )
    assert bundle.compose("top").count("const marker = 1;") == 1


def test_a_circle_is_refused(folder: Path) -> None:
    write(
        folder,
        egg='import { hen } from "./hen.js";\nexport const egg = hen;\n',
        hen='import { egg } from "./egg.js";\nexport const hen = egg;\n',
    )
    with pytest.raises(ValueError, match="egg -> hen -> egg"):
        bundle.compose("egg")


def test_a_missing_module_is_an_error(folder: Path) -> None:
    with pytest.raises(FileNotFoundError):
        bundle.compose("nothing")


@pytest.mark.parametrize("name", ["avalanche", "keys", "merkle"])
def test_composed_widgets_have_one_export_and_no_import(name: str) -> None:
    text = bundle.compose(name)
    assert re.findall(r"^export .{8}", text, re.MULTILINE) == ["export default "]
    assert not re.search(r"^\s*import\b", text, re.MULTILINE)
    assert not re.search(r"\bimport\(", text)


@pytest.mark.parametrize("name", ["avalanche", "keys", "merkle"])
def test_a_widgets_sheet_begins_with_the_bases(name: str) -> None:
    sheet = bundle.style(name)
    assert sheet.startswith((bundle.FOLDER / "base.css").read_text("utf-8")[:40])
    assert (bundle.FOLDER / f"{name}.css").read_text("utf-8") in sheet


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_no_script_turns_text_into_markup_or_code(path: Path) -> None:
    source = path.read_text("utf-8")
    for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write"):
        assert word not in source
    assert not re.search(r"\beval\(|new Function|setTimeout\(\s*[\"'`]", source)
    assert "srcdoc" not in source


@pytest.mark.parametrize("path", SCRIPTS + SHEETS, ids=lambda path: path.name)
def test_nothing_is_fetched(path: Path) -> None:
    source = path.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?:|//cdn|@import|url\(|@font-face", source)
    assert not re.search(r"\bfetch\(|XMLHttpRequest|WebSocket|sendBeacon", source)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_scripts_stay_short(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) < 300
