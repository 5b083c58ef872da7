"""The page's own Python passes the same tests, its kernels run as WebAssembly.

Here it runs under Node, with the very packages that pages load.
"""

import gzip
import hashlib
import io
import json
import subprocess
import sysconfig
import zipfile

import pytest

from tasks import page_packages
from tasks.environment import ROOT
from tasks.front_end import MODULES, build_front_end, tool

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]

FILES = (
    "tests/page/page_runtime.py",
    "tests/kernels/test_same_answers.py",
    "tests/crypto/test_hashing.py",
    "tests/consensus/test_pow.py",
)


@pytest.fixture(scope="module")
def packages():
    build_front_end()
    page_packages.build_packages()
    return page_packages.PYTHON


@pytest.mark.parametrize("file", FILES)
def test_a_file_of_tests_passes_in_the_page(packages, file):
    libraries = sysconfig.get_path("purelib")
    done = subprocess.run(
        [
            tool("node"), ROOT / "tests/page/pytest_in_page.mjs",
            MODULES / "pyodide", packages, libraries, ROOT, file,
        ],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
    assert " passed" in done.stdout


def wheels(packages):
    return packages.glob("*.whl.gz")


def test_the_lock_names_what_is_there_and_what_is_elsewhere(packages):
    lock = json.loads((packages / "pyodide-lock.json").read_text())["packages"]
    elsewhere = {n for n, p in lock.items() if "://" in p["file_name"]}
    assert {"numpy", "pandas"} <= elsewhere
    assert set(lock) - elsewhere == {"page", "minichain"}
    for name in set(lock) - elsewhere:
        data = gzip.decompress(
            (packages / f"{lock[name]['file_name']}.gz").read_bytes()
        )
        assert hashlib.sha256(data).hexdigest() == lock[name]["sha256"]
    places = json.loads((packages / "wheels.json").read_text())
    assert {"vyper", "plotly", "rlp", "minichain"} <= set(places)
    assert {packages / file for file in places.values()} == set(wheels(packages))


def test_wheels_carry_no_tests_and_nothing_compiled_for_another_machine(packages):
    for wheel in wheels(packages):
        whole = gzip.decompress(wheel.read_bytes())
        names = zipfile.ZipFile(io.BytesIO(whole)).namelist()
        assert len(names) > 100
        assert not [name for name in names if "/tests/" in name]
        shared = [name for name in names if name.endswith((".so", ".pyd", ".dylib"))]
        assert shared in ([], ["minichain/kernels/kernels.so"])


def test_what_every_page_loads_is_under_twelve_megabytes(packages):
    sizes = json.loads((packages / "sizes.json").read_text())
    later = ("contracts-", "plotly-")
    needed = [size for name, size in sizes.items() if not name.startswith(later)]
    assert len(needed) == 6
    assert sum(needed) < 12_000_000


def test_plotly_brings_less_than_five_megabytes_more(packages):
    sizes = json.loads((packages / "sizes.json").read_text())
    (size,) = (size for name, size in sizes.items() if name.startswith("plotly-"))
    assert size < 5_000_000


def test_what_every_page_imports_of_the_standard_library_is_compiled(packages):
    data = gzip.decompress((packages / "python_stdlib.zip.gz").read_bytes())
    names = set(zipfile.ZipFile(io.BytesIO(data)).namelist())
    assert {"dataclasses.pyc", "json/decoder.pyc", "typing.pyc", "pdb.py"} <= names
    assert not {name for name in names if name.endswith(".py") and f"{name}c" in names}
