"""The rules of the house hold in every file: size, words, paths, layout, the lock."""

import ast
import json
import re
import subprocess
from pathlib import Path
from statistics import median

import pytest

from tasks.environment import ROOT

LAYOUT = [
    "README.md", "LICENSE", "LICENSE-TEXT", "CONTRIBUTING.md", "CHANGELOG.md",
    "run.py", "pyproject.toml", "requirements.lock", "environment.yml", "_config.yml",
    ".ci/run", "book/_toc.yml", "chapters", "labs", "minichain", "tests", "tasks",
]  # fmt: skip

LONGEST_MODULE = 300
LONGEST_CELL = 30
LONGEST_MEDIAN = 8
MOST_WORDS = 2_500
HEAVIEST_NOTEBOOK = 200_000

# Joined, so that this file does not hold what it forbids.
REGISTRIES = [
    "pypi." + "org",
    "python" + "hosted",
    "registry." + "npmjs",
    "deb." + "debian",
]
MACHINE_PATH = re.compile(
    r"(^|[^A-Za-z0-9_.])/(wor" + r"k|far" + r"m|roo" + r"t|tm" + r"p)/[A-Za-z.]"
)
UNFINISHED = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")

CONTAINER_WORDS = (
    "pip install",
    "sys.path",
    "requests.get",
    "urllib",
    "!curl",
    "!wget",
)


def tracked(*patterns: str) -> list[Path]:
    """Return the project's files: those in version control, or all of a plain copy."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--", *patterns],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if listing.returncode == 0:
        paths = [ROOT / name for name in listing.stdout.split("\0") if name]
    else:
        hidden = {"node_modules", "__pycache__", "_build", "build"}
        paths = [
            path
            for pattern in patterns or ("*",)
            for path in ROOT.rglob(Path(pattern).name)
            if not any(
                part in hidden or (part.startswith(".") and part != ".ci")
                for part in path.relative_to(ROOT).parts
            )
        ]
    return sorted(path for path in paths if path.is_file())


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


PACKAGE = tracked("minichain/*.py") or tracked("minichain/**/*.py")
TASKS = [ROOT / "run.py", *tracked("tasks/*.py")]
NOTEBOOKS = tracked("chapters/*.ipynb", "labs/*.ipynb")
CHAPTERS = [path for path in NOTEBOOKS if "chapters" in path.parts]
TEST_FILES = tracked("tests/*.py")

each_module = pytest.mark.parametrize("path", [*PACKAGE, *TASKS], ids=name_of)
each_package_module = pytest.mark.parametrize("path", PACKAGE, ids=name_of)
each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=name_of)
each_chapter = pytest.mark.parametrize("path", CHAPTERS, ids=name_of)
each_test_file = pytest.mark.parametrize("path", TEST_FILES, ids=name_of)


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def is_public(name: str) -> bool:
    return not name.startswith("_")


def undocumented(tree: ast.Module) -> list[str]:
    """Return the public classes, functions, methods and constants without a word."""
    missing = [] if ast.get_docstring(tree) else ["the module"]
    for scope in (tree, *(n for n in tree.body if isinstance(n, ast.ClassDef))):
        if isinstance(scope, ast.ClassDef) and not is_public(scope.name):
            continue
        for node, after in zip(scope.body, [*scope.body[1:], None], strict=True):
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and is_public(
                node.name
            ):
                decorators = {
                    ast.unparse(d).split(".")[-1] for d in node.decorator_list
                }
                inherits = decorators & {"override", "setter", "overload"}
                if not ast.get_docstring(node) and not inherits:
                    missing.append(node.name)
            elif scope is tree and not _is_text(after):
                missing += constants_of(node)
    return missing


def constants_of(node: ast.stmt) -> list[str]:
    """Return the public constants that a statement at module level makes."""
    if not isinstance(node, ast.Assign | ast.AnnAssign):
        return []
    if isinstance(node.value, ast.Call) and ast.unparse(node.value.func) == "TypeVar":
        return []
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    names = [t.id for t in targets if isinstance(t, ast.Name)]
    return [name for name in names if is_public(name) and name.isupper()]


def _is_text(node: ast.stmt | None) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


@pytest.mark.parametrize("name", LAYOUT)
def test_the_layout_that_the_readme_shows_is_there(name):
    assert (ROOT / name).exists()


@each_module
def test_a_module_is_one_noun_of_at_most_300_lines(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_MODULE


@each_module
def test_every_public_name_says_what_it_is(path):
    if path.name == "run.py":
        assert ast.get_docstring(tree_of(path))
    else:
        assert undocumented(tree_of(path)) == []


@pytest.mark.parametrize(
    ("source", "missing"),
    [
        ('"""M."""\nA = 1\n', ["A"]),
        ('"""M."""\nA = 1\n"""One."""\n', []),
        ('"""M."""\nA: int = 1\n_B = 2\n', ["A"]),
        ('"""M."""\ndef f(): pass\n', ["f"]),
        ('"""M."""\nclass C:\n    """C."""\n    def m(self): pass\n', ["m"]),
        ('"""M."""\nclass _C:\n    def m(self): pass\n', []),
        ("x = 1\n", ["the module"]),
    ],
)
def test_a_name_without_a_word_is_found(source, missing):
    assert undocumented(ast.parse(source)) == missing


@each_package_module
def test_no_module_is_called_after_nothing(path):
    assert path.stem not in {"utils", "util", "helpers", "helper", "common", "misc"}


@pytest.mark.parametrize("path", tracked(), ids=name_of)
def test_no_file_knows_a_machine_or_a_registry(path):
    if path.suffix in {".svg", ".png", ".woff2", ".wasm"}:
        pytest.skip("no text")
    text = path.read_text(encoding="utf-8", errors="replace")
    found = [line for line in text.splitlines() if MACHINE_PATH.search(line)]
    found += [host for host in REGISTRIES if host in text]
    found += UNFINISHED.findall(text) if path.suffix in {".py", ".js", ".ts"} else []
    assert found == []


def test_a_machine_path_is_recognised_and_an_address_of_the_web_is_not():
    assert MACHINE_PATH.search('open("/tm' + 'p/a")')
    assert MACHINE_PATH.search("in /wor" + "k/main")
    assert not MACHINE_PATH.search("https://example.org/tm" + "p/a")


@each_notebook
def test_a_notebook_is_light_and_holds_text_only(path):
    assert path.stat().st_size <= HEAVIEST_NOTEBOOK
    for cell in cells_of(path, "code"):
        for output in cell["outputs"]:
            kinds = set(output.get("data", {"text/plain": ""}))
            assert kinds <= {"text/plain", "text/markdown", "text/latex"}
    assert "widgets" not in json.loads(path.read_text(encoding="utf-8"))["metadata"]


@each_notebook
def test_a_cell_installs_nothing_and_asks_no_network(path):
    for cell in cells_of(path, "code"):
        source = "".join(cell["source"])
        assert [word for word in CONTAINER_WORDS if word in source] == []


@each_chapter
def test_cells_of_a_chapter_are_short(path):
    lengths = [
        len("".join(cell["source"]).splitlines()) for cell in cells_of(path, "code")
    ]
    assert max(lengths, default=0) <= LONGEST_CELL
    assert not lengths or median(lengths) <= LONGEST_MEDIAN


@each_chapter
def test_a_sentence_comes_before_every_cell(path):
    kinds = [cell["cell_type"] for cell in cells_of(path)]
    pairs = zip(["none", *kinds], kinds, strict=False)
    assert [n for n, pair in enumerate(pairs) if pair == ("code", "code")] == []


@each_chapter
def test_a_section_has_at_most_2500_words(path):
    text = " ".join("".join(cell["source"]) for cell in cells_of(path, "markdown"))
    assert len(text.split()) <= MOST_WORDS


def cells_of(path: Path, kind: str = "") -> list[dict]:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in cells if not kind or cell["cell_type"] == kind]


@each_test_file
def test_a_test_is_called_by_a_sentence_and_can_fail(path):
    names = [
        node.name
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]
    assert [name for name in names if name.count("_") < 3] == []
    text = path.read_text(encoding="utf-8")
    assert not names or re.search(r"\bassert|raises\(|expect\(|check_|run_state", text)
