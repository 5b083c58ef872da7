"""In the page the compiled kernels are there, and are the ones that run."""

from minichain.kernels import runtime


def test_kernels_run_as_webassembly():
    assert runtime.default_runtime() == "wasm"
    assert runtime.WASM_LIBRARY.exists()
