"""Mining: the search beside hashlib, a prototype, its limit, and on all cores."""

import importlib
import platform
import re
import struct
import sys
from hashlib import sha256
from time import perf_counter

import llvmlite.binding as llvm
import numba
import numpy as np

from minichain.consensus import double_spend, selfish
from minichain.consensus import pow as proof_of_work
from minichain.kernels import compiler, objects, sha_rounds, vectors
from minichain.kernels.lanes import LANES32
from minichain.kernels.primitives import PRIMITIVES
from minichain.kernels.proof_of_work import search_nonce
from tests.benchmarks.narrower import narrow
from tests.benchmarks.side_by_side import compare, cpu_seconds
from tests.vectors import BESIDE

HEADER = bytes(range(80))
WORDS = memoryview(struct.pack("20I", *struct.unpack(">20I", HEADER))).cast("I")
FEW, MANY = 100_000, 2**22
CHAINS, STEPS = 12, 32
AVX2 = "x86-64-v3"


def hashlib_loop(count: int) -> None:
    head = HEADER[:76]
    for nonce in range(count):
        sha256(sha256(head + nonce.to_bytes(4, "little")).digest()).digest()


def prototype_scan():
    """Return the companion folder's search as a function of a count, or None."""
    folder = BESIDE.parent / "prototypes" / "sha256"
    if not (folder / "pow_ir_mod.py").is_file():
        return None
    sys.path.insert(0, str(folder))
    try:
        common = importlib.import_module("common")
        scan = importlib.import_module("pow_ir_mod").scan
    finally:
        sys.path.remove(str(folder))
    midstate, tail, _ = common.job(HEADER)
    fixed = tuple(map(np.uint32, midstate)), tuple(map(np.uint32, tail))
    return lambda count: scan(*fixed, np.uint32(0), count // 16)


@numba.njit
def multiply_chain(count):
    """Square a number over and over: each product waits for the one before it."""
    word = np.uint64(3)
    for _ in range(count):
        word = word * word
    return word


@vectors.trace
def two_operations_each(words):
    for _ in range(STEPS):
        words = [(word + 0x9E3779B9) ^ word for word in words]
    return words


def clock_rate() -> float:
    """Return cycles a CPU second, if a product takes three, as on current cores."""
    multiply_chain(1)
    count, rates = 10**7, []
    for _ in range(5):
        start = cpu_seconds()
        multiply_chain(count)
        rates.append(3 * count / (cpu_seconds() - start))
    return max(rates)


def vector_operations_a_second() -> float:
    """Return how many full-width additions and XORs a core does in a CPU second."""
    splat = PRIMITIVES["splat32"](objects.vector_bits())
    least = PRIMITIVES["smallest"](objects.vector_bits())

    @numba.njit
    def work(count):
        seed = count
        words = (
            splat(seed), splat(seed + 1), splat(seed + 2), splat(seed + 3),
            splat(seed + 4), splat(seed + 5), splat(seed + 6), splat(seed + 7),
            splat(seed + 8), splat(seed + 9), splat(seed + 10), splat(seed + 11),
        )  # fmt: skip
        for _ in range(count):
            words = two_operations_each(words)
        total = 0
        for word in words:
            total += least(word)
        return total

    work(1)
    count, rates = 200_000, []
    for _ in range(5):
        start = cpu_seconds()
        work(count)
        rates.append(2 * CHAINS * STEPS * count / (cpu_seconds() - start))
    return max(rates)


def loop_of(assembly: str) -> list[str]:
    """Return the instructions of the basic block with the most vector operations."""
    blocks: list[list[str]] = [[]]
    for line in assembly.splitlines():
        if re.match(r"^\S+:", line):
            blocks.append([])
        elif re.match(r"^\t[a-z]", line):
            blocks[-1].append(line.strip())
    return max(blocks, key=lambda block: sum(line.startswith("v") for line in block))


def is_x86() -> bool:
    return platform.machine().lower() in ("x86_64", "amd64")


def show_limit(lanes: float, search: float) -> None:
    """Print hashes a cycle beside what the number of instructions allows."""
    machine, triple = objects._machine(), objects._triple()
    bits = objects.vector_bits()
    source, symbol = compiler.lower(search_nonce, bits)
    module = compiler.optimize(source, symbol, search_nonce.name, machine, triple)
    loop = loop_of(machine.emit_assembly(module))
    moves = sum(line.startswith(("vmov", "vpbroadcast")) for line in loop)
    work = sum(line.startswith("v") for line in loop) - moves
    clock, operations = clock_rate(), vector_operations_a_second()
    limit = operations / work * (bits // LANES32.bits)
    print(f"a batch of {bits // LANES32.bits}: {work} vector operations, {moves} moves")
    print(f"this core: {clock / 1e9:.2f} GHz, {operations / clock:.2f} of them a cycle")
    for name, rate in (
        ("the limit of lanes", limit), ("lanes", lanes), ("pow.search", search),
    ):  # fmt: skip
        print(
            f"{name:<18} {rate / 1e6:6.1f} Mhashes/s  {rate / clock:.5f} a cycle"
            f"  {rate / limit:4.0%} of the limit"
        )


def show_avx2() -> None:
    """Compare the searches as a processor without AVX-512 would run them."""
    print("The same, compiled for AVX2")
    lanes = narrow(search_nonce, 256, AVX2, "")
    contenders = {
        "hashlib loop": lambda: hashlib_loop(FEW),
        "lanes": lambda: lanes(WORDS, 0, MANY, 0, runtime="native"),
    }
    if objects.has_feature("sha"):
        by_rounds = sha_rounds.search_nonce_by_rounds
        rounds = narrow(by_rounds, objects.width(by_rounds), AVX2, "+sha")
        scratch = bytearray(sha_rounds.SCRATCH)
        contenders["rounds"] = lambda: rounds(
            WORDS, scratch, 0, MANY, 0, runtime="native"
        )
    work = dict.fromkeys(contenders, MANY) | {"hashlib loop": FEW}
    compare(contenders, work, "hashes")


def show_workers() -> None:
    """Print the rate on one core and on all, by the clock on the wall."""
    count, cores = 2**26, proof_of_work.available_cores()
    rates = {}
    for workers in (1, cores):
        taken = []
        for _ in range(3):
            start = perf_counter()
            proof_of_work.mine(HEADER, 0, workers, count=count)
            taken.append(perf_counter() - start)
        rates[workers] = count / min(taken)
        print(f"{workers} workers {rates[workers] / 1e6:8.1f} Mhashes/s")
    print(f"all cores over one: x{rates[cores] / rates[1]:.2f}")


def main() -> None:
    """Print every comparison."""
    print("Proof of work, double SHA-256 of headers, one core")
    print(f"{llvm.get_host_cpu_name()}, vectors of {objects.vector_bits()} bits")
    contenders = {
        "hashlib loop": lambda: hashlib_loop(FEW),
        "lanes": lambda: search_nonce(WORDS, 0, MANY, 0),
        "pow.search": lambda: proof_of_work.search(HEADER, 0, 0, MANY),
    }
    scan = prototype_scan()
    if scan and objects.vector_bits() == 512:
        contenders["prototype"] = lambda: scan(MANY)
    work = dict.fromkeys(contenders, MANY) | {"hashlib loop": FEW}
    table = compare(contenders, work, "hashes")
    if "prototype" in table:
        ratio = table["pow.search"].rate / table["prototype"].rate
        print(f"pow.search over the prototype: x{ratio:.2f}")
    if is_x86():
        show_limit(table["lanes"].rate, table["pow.search"].rate)
    if is_x86() and objects.has_feature("avx2"):
        show_avx2()
    print("Proof of work on all cores")
    show_workers()
    print("Selfish mining, one core")
    game, events, races = selfish.tabulate(selfish.selfish), 10**7, 10**5
    played = {"simulate": lambda: selfish.simulate(game, 0.35, 0.5, events)}
    compare(played, events, "events")
    print("Double spends, one core")
    run = {"simulate": lambda: double_spend.simulate(0.3, 6, races)}
    compare(run, races, "races")


if __name__ == "__main__":
    main()
