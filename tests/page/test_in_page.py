"""The page's own Python passes the same tests, its kernels run as WebAssembly.

Here it runs under Node, with the very packages that pages load.
"""

import gzip
import io
import json
import os
import subprocess
import sysconfig
import zipfile

import pytest

from tasks import page_packages
from tasks.environment import ROOT
from tasks.front_end import MODULES, build_front_end, tool
from tests.vectors import vectors_folder

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]

FILES = (
    "tests/page/page_runtime.py",
    "tests/kernels/test_same_answers.py",
    "tests/crypto/test_hashing.py",
    "tests/consensus/test_pow.py",
    "tests/consensus/test_selfish.py",
    "tests/consensus/test_double_spend.py",
    "tests/consensus/test_snowball.py",
    "tests/consensus/test_stake_view.py",
    "tests/evm/test_host.py",
    "tests/page/page_contracts.py",
    "tests/chain/test_simulation.py",
)


@pytest.fixture(scope="module")
def packages():
    build_front_end()
    page_packages.build_packages()
    return page_packages.PYTHON


def run_in_page(packages, *words, **environment):
    """Run pytest in the page's Python; return what it said once all is well."""
    libraries = sysconfig.get_path("purelib")
    done = subprocess.run(
        [
            tool("node"), ROOT / "tests/page/pytest_in_page.mjs",
            MODULES / "pyodide", packages, libraries, ROOT, *words,
        ],
        capture_output=True, text=True, check=False,
        env={**os.environ, **environment},
    )  # fmt: skip
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
    return done.stdout


@pytest.mark.parametrize("file", FILES)
def test_a_file_of_tests_passes_in_the_page(packages, file):
    assert " passed" in run_in_page(packages, file)


def test_official_cases_of_the_machine_pass_in_the_page(packages):
    folder = str(vectors_folder())
    file = "tests/page/page_machine.py"
    assert "1 passed" in run_in_page(packages, file, MINICHAIN_VECTORS=folder)


def wheels(packages):
    return packages.glob("*.whl.gz")


def test_the_lock_names_what_is_elsewhere_and_nothing_else(packages):
    lock = json.loads((packages / "pyodide-lock.json").read_text())["packages"]
    assert {"numpy", "pandas"} <= set(lock)
    assert all("://" in package["file_name"] for package in lock.values())


def test_each_library_has_its_archive(packages):
    places = json.loads((packages / "wheels.json").read_text())
    assert {"vyper", "plotly", "rlp", "minichain"} <= set(places)
    assert {packages / file for file in places.values()} == set(wheels(packages))


def test_wheels_carry_no_tests_and_nothing_compiled_for_another_machine(packages):
    for wheel in wheels(packages):
        whole = gzip.decompress(wheel.read_bytes())
        names = zipfile.ZipFile(io.BytesIO(whole)).namelist()
        assert len(names) > 30
        assert not [name for name in names if "/tests/" in name]
        assert not [n for n in names if n.endswith((".so", ".pyd", ".dylib"))]


def test_an_archive_is_packed_as_a_whole_and_nothing_in_it(packages):
    for wheel in wheels(packages):
        whole = gzip.decompress(wheel.read_bytes())
        files = zipfile.ZipFile(io.BytesIO(whole)).infolist()
        assert {file.compress_type for file in files} == {zipfile.ZIP_STORED}


AT_START = ("memory.zst", "pyodide.asm.wasm.gz", "pyodide.asm.mjs", "kernels.so.gz")


def packed_size(path):
    data = path.read_bytes()
    return len(gzip.compress(data) if path.suffix == ".mjs" else data)


def test_what_every_page_starts_with_leaves_a_megabyte_for_the_page(packages):
    sizes = [packed_size(packages / name) for name in AT_START]
    assert sum(sizes) < 11_000_000


def test_plotly_brings_less_than_three_megabytes_more(packages):
    sizes = json.loads((packages / "sizes.json").read_text())
    (size,) = (size for name, size in sizes.items() if name.startswith("plotly-"))
    assert size < 3_000_000


def read_memory(packages):
    program = (
        "const {readFileSync} = require('fs'), {zstdDecompressSync} = require('zlib');"
        "process.stdout.write(zstdDecompressSync(readFileSync(process.argv[1])))"
    )
    done = subprocess.run(
        [tool("node"), "-e", program, packages / "memory.zst"],
        capture_output=True, check=True,
    )  # fmt: skip
    return done.stdout


def test_a_memory_says_what_each_of_its_pages_holds(packages):
    whole = read_memory(packages)
    size = int.from_bytes(whole[:4], "little")
    head, data = json.loads(whole[4 : 4 + size]), whole[4 + size :]
    counts = {"zero": 0, "same": 0, "data": 0}
    for kind, pages in head["parts"]:
        counts[kind] += pages
    assert sum(counts.values()) * 4096 == head["length"]
    assert counts["data"] * 4096 == len(data)
    assert counts["same"] > 500
    # What Python holds of JavaScript's is named, so that a page finds its own.
    assert set(head["outside"]) == {"hiwireKeys", "immortalKeys"}


def test_the_memory_does_not_say_where_it_was_made(packages):
    whole = read_memory(packages)
    assert str(ROOT).encode() not in whole
    assert b"sha256d" in whole


def test_what_every_page_imports_of_the_standard_library_is_compiled(packages):
    data = gzip.decompress((packages / "python_stdlib.zip.gz").read_bytes())
    names = set(zipfile.ZipFile(io.BytesIO(data)).namelist())
    assert {"dataclasses.pyc", "json/decoder.pyc", "typing.pyc", "pdb.py"} <= names
    assert not {name for name in names if name.endswith(".py") and f"{name}c" in names}
