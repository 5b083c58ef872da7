"""An object is a kernel's machine code on disk, ready to run without a compiler.

Code is kept beside the package, or in the user's cache where that is read-only, under
a name that changes with the source, the compiler and the processor.
"""

import contextlib
import ctypes
import hashlib
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import llvmlite.binding as llvm

from minichain.kernels.runtime import Kernel

_ENGINES: list[Any] = []
# Engines own the code their functions point into, so they live as long as we do.


def load(kernel: Kernel) -> Callable[[Any], int]:
    """Return a kernel's compiled entry: from the cache, or compiled now and kept."""
    name = f"{kernel.name}-{_fingerprint()}.o"
    code = _read(name)
    if code is None:
        code = _compile(kernel)
        _keep(name, code)
    return link(code, kernel.name)


def link(code: bytes, name: str) -> Callable[[Any], int]:
    """Return the entry ``name`` of object code, ready to be called."""
    machine = _machine()
    # One piece of memory for an object's code and constants: they must lie near.
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), machine, use_lmm=True)
    engine.add_object_file(llvm.ObjectFileRef.from_data(code))
    engine.finalize_object()
    _ENGINES.append(engine)
    address = engine.get_function_address(name)
    return ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_void_p)(address)


def has_feature(name: str) -> bool:
    """Return whether this processor has a feature that LLVM calls ``name``."""
    return bool(llvm.get_host_cpu_features().get(name, False))


def vector_bits() -> int:
    """Return the width of this processor's vectors: 512, 256 or 128 bits."""
    features = llvm.get_host_cpu_features()
    if features.get("avx512bw"):
        return 512
    return 256 if features.get("avx2") else 128


def width(kernel: Kernel) -> int:
    """Return the width of the vectors that a kernel is compiled for, in bits.

    The instructions that a kernel asks for by name have no form that knows of wide
    vectors. On an Intel core, beside vectors of 256 bits, each was measured to take
    hundreds of cycles, and beside 128 bits not; why, we can only guess: the upper
    halves may be kept. AMD's, which alone have SSE4a, bear the wide ones.
    """
    if kernel.needs and not has_feature("sse4a"):
        return 128
    return min(vector_bits(), kernel.widest)


def _compile(kernel: Kernel) -> bytes:
    from minichain.kernels import compiler

    source, symbol = compiler.lower(kernel, width(kernel))
    # Room for the addresses of library functions, which the linker writes beside the
    # code's data, but does not count when it asks for memory.
    source += f"\n@{kernel.name}_addresses = global [64 x i64] zeroinitializer\n"
    return compiler.emit(source, symbol, kernel.name, _machine(), _triple())


def _triple() -> str:
    triple: str = llvm.get_process_triple()
    # The just-in-time linker reads no COFF; it takes ELF on every platform.
    return triple + "-elf" if sys.platform == "win32" else triple


def _machine(cpu: str | None = None, features: str | None = None) -> Any:
    """Return LLVM's idea of this processor, or of one that can do less."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    host = llvm.get_host_cpu_features().flatten()
    return llvm.Target.from_triple(_triple()).create_target_machine(
        cpu=llvm.get_host_cpu_name() if cpu is None else cpu,
        features=host if features is None else features,
        opt=3,
        # Constants are found from the code's own place, not through 64-bit addresses.
        reloc="pic",
        codemodel="small",
        jit=True,
    )


@cache
def _fingerprint() -> str:
    """Return a digest of all that object code depends on."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    host = llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten(), _triple()
    made_by = sys.version, version("numba"), version("llvmlite"), *host
    digest.update("\n".join(made_by).encode())
    return digest.hexdigest()[:20]


def _folders() -> Iterator[Path]:
    named = os.environ.get("MINICHAIN_CACHE")
    if named:
        yield Path(named)
        return
    yield Path(__file__).parent / "__pycache__"
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    yield Path(home) / "minichain"


def _read(name: str) -> bytes | None:
    """Return the object called ``name`` when it is there whole."""
    for folder in _folders():
        try:
            kept = (folder / name).read_bytes()
        except OSError:
            continue
        check, code = kept[:32], kept[32:]
        if hashlib.sha256(code).digest() == check:
            return code
    return None


def _keep(name: str, code: bytes) -> None:
    """Write the object to the first folder that takes it; none is no error."""
    for folder in _folders():
        with contextlib.suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            stale = folder.glob(f"{name.rpartition('-')[0]}-*.o")
            with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
                file.write(hashlib.sha256(code).digest() + code)
            Path(file.name).replace(folder / name)
            for old in stale:
                if old.name != name:
                    old.unlink(missing_ok=True)
            return
