"""Compile every kernel for this processor: ``python -m minichain.kernels``."""

from importlib import import_module
from pathlib import Path

from minichain.kernels.runtime import KERNELS, SPECIAL_KERNELS, default_runtime

NOT_KERNELS = {
    "__init__",
    "__main__",
    "compiler",
    "objects",
    "primitives",
    "sha_instructions",
    "sha_memory",
    "vectors",
    "webassembly",
    "word_division",
    "word_primitives",
    "word_types",
}
"""Modules that hold no kernel and may need a compiler to be imported."""


def import_all() -> None:
    """Import every module that holds kernels, so that `KERNELS` is complete."""
    for path in sorted(Path(__file__).parent.glob("*.py")):
        if path.stem not in NOT_KERNELS:
            import_module(f"minichain.kernels.{path.stem}")


def main() -> None:
    """Load each kernel once, so that no first call has to compile."""
    import_all()
    if default_runtime() != "native":
        print(f"{len(KERNELS)} kernels run as plain Python: numba is not there")
        return
    from minichain.kernels.objects import has_feature, load

    special = {n: k for n, k in SPECIAL_KERNELS.items() if has_feature(k.needs)}
    for name, kernel in sorted((KERNELS | special).items()):
        load(kernel)
        print(f"kernel {name} is ready")


if __name__ == "__main__":
    main()
