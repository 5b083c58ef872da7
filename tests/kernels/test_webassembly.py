"""Kernels become one WebAssembly module that exports each by name."""

from pathlib import Path

import pytest

from minichain.kernels import keccak, ripemd160
from minichain.kernels.runtime import kernel

pytest.importorskip("ziglang", reason="the linker for WebAssembly is not installed")


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
