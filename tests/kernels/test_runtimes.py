"""Runtimes are chosen and named, and compiled code is kept and mended."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from minichain.kernels.runtime import default_runtime, kernel


@kernel("i64")
def sum_of_squares(count):
    squares = np.zeros(count, np.int64)
    for i in range(count):
        squares[i] = i * i
    return squares.sum()


def test_a_kernel_that_allocates_is_refused_by_name():
    from minichain.kernels.compiler import UncompilableKernelError

    with pytest.raises(UncompilableKernelError, match=r"sum_of_squares needs .*NRT"):
        sum_of_squares(4, runtime="native")


def test_an_unknown_runtime_is_named(monkeypatch):
    monkeypatch.setenv("MINICHAIN_RUNTIME", "quantum")
    with pytest.raises(ValueError, match="'quantum', not one of plain, native, wasm"):
        default_runtime()


def run_python(code: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_importing_the_package_loads_no_compiler_and_no_arrays():
    code = (
        "import sys, minichain, minichain.crypto.hashing;"
        "print([m for m in ('numba', 'numpy', 'llvmlite') if m in sys.modules])"
    )
    assert run_python(code).strip() == "[]"


def test_hashing_works_where_numpy_and_numba_are_missing():
    code = (
        "import sys; sys.modules.update(dict.fromkeys(('numba', 'numpy', 'llvmlite')));"
        "import minichain; print(minichain.keccak256(b'').hex())"
    )
    assert run_python(code, MINICHAIN_RUNTIME="plain").startswith("c5d24601")


def test_a_warm_cache_needs_no_compiler(tmp_path):
    code = (
        "import sys, minichain; digest = minichain.keccak256(b'').hex();"
        "print(digest[:8], 'numba' in sys.modules)"
    )
    assert run_python(code, MINICHAIN_CACHE=str(tmp_path)).split() == [
        "c5d24601",
        "True",
    ]
    assert run_python(code, MINICHAIN_CACHE=str(tmp_path)).split() == [
        "c5d24601",
        "False",
    ]


def test_a_damaged_cache_is_compiled_anew(tmp_path):
    code = "import minichain; print(minichain.keccak256(b'').hex()[:8])"
    run_python(code, MINICHAIN_CACHE=str(tmp_path))
    (kept,) = tmp_path.glob("*.o")
    whole = kept.read_bytes()
    kept.write_bytes(whole[: len(whole) // 2])
    assert run_python(code, MINICHAIN_CACHE=str(tmp_path)).strip() == "c5d24601"
    assert kept.read_bytes() == whole


def test_a_folder_that_takes_no_cache_is_no_error(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    code = "import minichain; print(minichain.keccak256(b'').hex()[:8])"
    assert run_python(code, MINICHAIN_CACHE=str(blocked)).strip() == "c5d24601"


@pytest.mark.parametrize("name", ["evm", "evm_table", "evm_calls", "word_division"])
def test_an_edit_of_any_kernel_module_gives_objects_another_name(
    name, tmp_path, monkeypatch
):
    from minichain.kernels import objects

    folder = Path(objects.__file__).parent
    for path in folder.glob("*.py"):
        shutil.copy(path, tmp_path)
    monkeypatch.setattr(objects, "__file__", str(tmp_path / "objects.py"))
    before = objects._fingerprint.__wrapped__()
    assert before == objects._fingerprint()
    with (tmp_path / f"{name}.py").open("a") as file:
        file.write("\n")
    assert objects._fingerprint.__wrapped__() != before


def test_a_first_message_from_a_warm_cache_needs_no_compiler_and_little_time():
    code = (
        "import sys; from time import process_time; start = process_time()\n"
        "from minichain.evm import Environment, Message, execute\n"
        "from minichain.ledger.state import State\n"
        "state, to = State(), bytes(19) + b'\\xc0'\n"
        "state.set_code(to, bytes.fromhex('6001600201 5f5260205ff3'))\n"
        "message = Message(sender=bytes(20), to=to)\n"
        "output = execute(message, state, Environment()).output\n"
        "print(output[-1], 'numba' in sys.modules, process_time() - start)\n"
    )
    if default_runtime() != "native":
        pytest.skip("there is nothing to compile with")
    run_python(code)
    output, has_compiler, seconds = run_python(code).split()
    assert (output, has_compiler) == ("3", "False")
    assert float(seconds) < 1.5
