"""Kernels become one WebAssembly module that exports each by name."""

from pathlib import Path

import pytest

from minichain.kernels import keccak, ripemd160, sha_rounds
from minichain.kernels.evm import run_message
from minichain.kernels.runtime import kernel

pytest.importorskip("ziglang", reason="the linker for WebAssembly is not installed")

ALLOWED_SYMBOLS = {"memcpy", "memmove", "memset"}


@pytest.fixture(scope="module")
def library(tmp_path_factory) -> Path:
    from minichain.kernels.webassembly import build

    path = tmp_path_factory.mktemp("wasm") / "kernels.so"
    build([keccak.keccak256_digest, ripemd160.ripemd160_blocks], path)
    return path


def test_the_module_is_webassembly_for_the_pages_loader(library):
    data = library.read_bytes()
    assert data[:8] == b"\x00asm\x01\x00\x00\x00"
    # A shared object begins with the section that tells the loader its needs.
    assert b"dylink.0" in data[:32]


def test_every_kernel_is_exported_by_its_name(library):
    data = library.read_bytes()
    assert b"keccak256_digest" in data
    assert b"ripemd160_blocks" in data


@kernel("u8[]")
def open_a_file(data):
    print(data[0])
    return 0


def test_a_kernel_that_calls_out_is_refused_by_name(tmp_path):
    from minichain.kernels.compiler import UncompilableKernelError
    from minichain.kernels.webassembly import build

    with pytest.raises(UncompilableKernelError, match="open_a_file needs"):
        build([open_a_file], tmp_path / "kernels.so")
    assert not (tmp_path / "kernels.so").exists()


def read_number(data: bytes, at: int) -> tuple[int, int]:
    """Return a number of WebAssembly's form, seven bits a byte, and what follows."""
    value = shift = 0
    while True:
        value |= (data[at] & 0x7F) << shift
        shift += 7
        at += 1
        if data[at - 1] < 0x80:
            return value, at


def imported_functions(data: bytes) -> set[str]:
    """Return the names of all functions that a module wants from outside."""
    at, found = 8, set()
    while at < len(data):
        section = data[at]
        size, start = read_number(data, at + 1)
        at = start + size
        if section != 2:
            continue
        count, place = read_number(data, start)
        for _ in range(count):
            names = []
            for _ in range(2):
                length, place = read_number(data, place)
                names.append(data[place : place + length].decode())
                place += length
            kind = data[place]
            if kind == 0:
                found.add(names[1])
                _, place = read_number(data, place + 1)
            elif kind == 3:
                place += 3
            else:
                # A table has a type; both have limits: a least, and perhaps a most.
                place += 2 if kind == 1 else 1
                has_most = data[place] & 1
                place += 1
                for _ in range(1 + has_most):
                    _, place = read_number(data, place)
    return found


def test_small_kernels_want_nothing_that_a_page_does_not_have(library):
    assert imported_functions(library.read_bytes()) <= ALLOWED_SYMBOLS


@pytest.mark.slow
def test_the_machine_wants_nothing_that_a_page_does_not_have(tmp_path):
    from minichain.kernels.webassembly import build

    path = tmp_path / "machine.so"
    build([run_message], path)
    data = path.read_bytes()
    assert b"run_message" in data
    assert imported_functions(data) <= ALLOWED_SYMBOLS
    assert len(data) < 200_000


def test_a_kernel_for_another_processor_is_refused_by_name(tmp_path):
    from minichain.kernels.compiler import UncompilableKernelError
    from minichain.kernels.webassembly import build

    with pytest.raises(UncompilableKernelError, match=r"search_nonce_by_rounds needs"):
        build([sha_rounds.search_nonce_by_rounds], tmp_path / "kernels.so")
