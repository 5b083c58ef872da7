"""Hashing: the kernels beside hashlib and pycryptodome."""

import hashlib

from Crypto.Hash import keccak

from minichain import MerkleTree, keccak256
from minichain.consensus import pow as proof_of_work
from minichain.crypto import hashing
from minichain.crypto.merkle import BITCOIN, merkle_root
from tests.benchmarks.side_by_side import compare

NODES = hashlib.shake_128(b"nodes").digest(64 * 1_000_000)
FEW = NODES[: 64 * 20_000]
HEADER = NODES[:80]


def hashlib_loop(function, nodes):
    return b"".join(
        function(nodes[i : i + 64]).digest() for i in range(0, len(nodes), 64)
    )


def hashlib_mine(count: int) -> None:
    head, sha = HEADER[:76], hashlib.sha256
    for nonce in range(count):
        sha(sha(head + nonce.to_bytes(4, "little")).digest()).digest()


def naive_root(leaves):
    sha = hashlib.sha256
    while len(leaves) > 1:
        leaves = [
            sha(sha(leaves[i] + leaves[i + 1]).digest()).digest()
            for i in range(0, len(leaves), 2)
        ]
    return leaves[0]


def main() -> None:
    """Print every comparison."""
    print("SHA-256 of 64-byte Merkle nodes, one core, bytes to bytes")
    compare(
        {
            "hashlib loop": lambda: hashlib_loop(hashlib.sha256, NODES),
            "sha256_batch": lambda: hashing.sha256_batch(NODES),
        },
        1_000_000,
        "nodes",
    )
    print("Keccak-256 of 64-byte nodes")
    compare(
        {
            "pycryptodome loop": lambda: hashlib_loop(
                lambda node: keccak.new(digest_bits=256, data=node), FEW
            ),
            "keccak256 one by one": lambda: [
                keccak256(FEW[i : i + 64]) for i in range(0, len(FEW), 64)
            ],
            "keccak256_batch": lambda: hashing.keccak256_batch(FEW),
        },
        20_000,
        "nodes",
    )
    print("Merkle root of 2**14 leaves, Bitcoin's rule")
    leaves = [i.to_bytes(32, "big") for i in range(2**14)]
    compare(
        {
            "hashlib": lambda: naive_root(leaves),
            "MerkleTree": lambda: MerkleTree(leaves, BITCOIN).root,
            "merkle_root": lambda: merkle_root(leaves, BITCOIN),
        },
        1,
        "trees",
    )
    print("Proof of work, double SHA-256 of headers, one core")
    compare(
        {
            "hashlib loop": lambda: hashlib_mine(100_000),
            "pow.search": lambda: proof_of_work.search(HEADER, 0, 0, 4_000_000),
        },
        {"hashlib loop": 100_000, "pow.search": 4_000_000},
        "hashes",
    )


if __name__ == "__main__":
    main()
