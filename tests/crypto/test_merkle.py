"""Merkle trees: published roots, proofs that hold, and proofs that must not."""

from dataclasses import replace

import pytest
from Crypto.Hash import keccak
from hypothesis import given, settings
from hypothesis import strategies as st

from minichain import MerkleTree, keccak256, sha256, sha256d
from minichain.crypto.merkle import (
    BITCOIN,
    RFC6962,
    SORTED_KECCAK,
    MerkleProof,
    WrongCount,
    WrongRoot,
    is_mutated,
    merkle_root,
)
from minichain.crypto.merkle_proof import PlaceOutsideTree, WrongSiblingCount
from minichain.crypto.merkle_rule import NoLeaves, WrongLeafSize
from minichain.errors import InvalidEncoding, ProtocolError

RULES = pytest.mark.parametrize(
    "rule", [BITCOIN, RFC6962, SORTED_KECCAK], ids=lambda rule: rule.name
)

# The leaves and roots of the certificate-transparency reference tests.
CT_LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
CT_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


@pytest.mark.parametrize("count", range(1, 9))
def test_certificate_transparencys_roots_are_reproduced(count):
    assert merkle_root(CT_LEAVES[:count], RFC6962).hex() == CT_ROOTS[count - 1]


# The audit paths of the same tests: leaf, tree size, and the hashes from below.
CT_PATHS = [
    (0, 1, []),
    (
        0,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        5,
        8,
        [
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
    (
        1,
        5,
        [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
]


@pytest.mark.parametrize(("index", "count", "path"), CT_PATHS)
def test_certificate_transparencys_audit_paths_are_reproduced(index, count, path):
    proof = MerkleTree(CT_LEAVES[:count], RFC6962).proof(index)
    assert [sibling.hex() for sibling in proof.siblings] == path
    assert proof.verify(bytes.fromhex(CT_ROOTS[count - 1]), CT_LEAVES[index], count)


BLOCK_100000 = [
    bytes.fromhex(txid)[::-1]
    for txid in (
        "8c14f0db3df150123e6f3dbbf30f8b955a8249b62ac1d1ff16284aefa3d06d87",
        "fff2525b8931402dd09222c50775608f75787bd2b87e56995a7bdd30f79702c4",
        "6359f0868171b1d194cbee1af2f16ea598ae8fad666d9b012c8ed2b79a236ec4",
        "e9a66845e05d5abc0ad04ec80f774a7e585c6e8db975962d069a522137b80c1d",
    )
]


def test_the_root_of_block_100000_is_reproduced():
    assert merkle_root(BLOCK_100000, BITCOIN)[::-1].hex() == (
        "f3e94742aca4b5ef85488dc37c06c3282295ffec960994b2c0d5ac2a25a95766"
    )


SIX = [sha256d(bytes([i])) for i in range(1, 7)]
REPEATED = SIX + SIX[4:]


def test_bitcoins_rule_gives_a_repeated_list_the_same_root():
    assert merkle_root(SIX, BITCOIN) == merkle_root(REPEATED, BITCOIN)
    assert merkle_root(SIX, RFC6962) != merkle_root(REPEATED, RFC6962)


def test_the_repetition_is_noticed_and_an_honest_list_is_not_suspected():
    assert is_mutated(REPEATED)
    assert not is_mutated(SIX)
    assert not is_mutated(SIX[:5])
    assert not is_mutated(SIX[:1])
    assert not is_mutated([])
    assert is_mutated([*SIX[:1], *SIX[:1]])
    # Equal, but never paired: no other list has this root.
    assert not is_mutated([SIX[0], SIX[1], SIX[1], SIX[2]])


@given(st.integers(1, 40))
def test_what_repeats_the_end_of_a_level_has_the_same_root_and_is_noticed(count):
    hashes = [sha256d(bytes([i])) for i in range(count)]
    width = 1
    while count // width:
        if count // width % 2 and count % width == 0 and count > width:
            repeated = hashes + hashes[-width:]
            assert merkle_root(repeated, BITCOIN) == merkle_root(hashes, BITCOIN)
            assert is_mutated(repeated)
        width *= 2
    assert not is_mutated(hashes)


def naive_rfc6962(leaves: list[bytes]) -> bytes:
    # RFC 6962, section 2.1, word for word: split at the largest power of two below n.
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0])
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(
        b"\x01" + naive_rfc6962(leaves[:split]) + naive_rfc6962(leaves[split:])
    )


def naive_airdrop(leaves: list[bytes]) -> bytes:
    level = [oracle_keccak(oracle_keccak(leaf)) for leaf in leaves]
    while len(level) > 1:
        pairs = [sorted(level[i : i + 2]) for i in range(0, len(level), 2)]
        level = [oracle_keccak(b"".join(p)) if len(p) == 2 else p[0] for p in pairs]
    return level[0]


def oracle_keccak(data: bytes) -> bytes:
    return keccak.new(digest_bits=256, data=data).digest()


def naive_bitcoin(leaves: list[bytes]) -> bytes:
    while len(leaves) > 1:
        leaves = leaves + leaves[-1:] * (len(leaves) % 2)
        leaves = [sha256d(leaves[i] + leaves[i + 1]) for i in range(0, len(leaves), 2)]
    return leaves[0]


@pytest.mark.parametrize("count", [*range(1, 40), 63, 64, 65, 200])
def test_trees_agree_with_the_rules_written_out_naively(count):
    leaves = [sha256(b"%d" % i) for i in range(count)]
    assert merkle_root(leaves, RFC6962) == naive_rfc6962(leaves)
    assert merkle_root(leaves, BITCOIN) == naive_bitcoin(leaves)
    assert merkle_root(leaves, SORTED_KECCAK) == naive_airdrop(leaves)


@RULES
@pytest.mark.parametrize("count", [1, 2, 3, 7, 33, 100])
def test_the_root_alone_is_the_root_of_the_tree_kept_whole(rule, count):
    leaves = [sha256(b"%d" % i) for i in range(count)]
    tree = MerkleTree(leaves, rule)
    assert merkle_root(leaves, rule) == tree.root
    assert tree.levels[0] == tuple(map(rule.hash_leaf, leaves))
    sizes = [len(level) for level in tree.levels]
    assert sizes == [-(-count >> i) for i in range(len(sizes))]
    assert sizes[-1] == 1
    for index in range(count):
        places = [place for _, place in tree.path(index)]
        assert places == [index >> i for i in range(len(sizes))]


def test_the_airdrop_rule_sorts_pairs_and_hashes_leaves_twice():
    a, b = keccak256(keccak256(b"a")), keccak256(keccak256(b"b"))
    assert merkle_root([b"a", b"b"], SORTED_KECCAK) == keccak256(min(a, b) + max(a, b))
    assert merkle_root([b"b", b"a"], SORTED_KECCAK) == merkle_root(
        [b"a", b"b"], SORTED_KECCAK
    )


@RULES
@pytest.mark.parametrize("count", [*range(1, 20), 33])
def test_every_leaf_has_a_proof_and_no_other_leaf_fits_it(rule, count):
    leaves = [sha256(b"%d" % i) for i in range(count)]
    tree = MerkleTree(leaves, rule)
    for index, leaf in enumerate(leaves):
        proof = tree.proof(index)
        assert proof.verify(tree.root, leaf)
        assert MerkleProof.decode(proof.encode(), rule) == proof
        assert not proof.verify(tree.root, sha256(b"another"))


def flip(data: bytes, bit: int) -> bytes:
    number = int.from_bytes(data, "big") ^ 1 << bit
    return number.to_bytes(len(data), "big")


@RULES
@given(st.integers(2, 30), st.data())
@settings(max_examples=60)
def test_one_flipped_bit_in_leaf_root_or_sibling_fails(rule, count, data):
    leaves = [sha256(b"%d" % i) for i in range(count)]
    tree = MerkleTree(leaves, rule)
    index, bit = data.draw(st.integers(0, count - 1)), data.draw(st.integers(0, 255))
    proof = tree.proof(index)
    assert not proof.verify(tree.root, flip(leaves[index], bit))
    assert not proof.verify(flip(tree.root, bit), leaves[index])
    level = data.draw(st.integers(0, len(proof.siblings) - 1))
    siblings = list(proof.siblings)
    siblings[level] = flip(siblings[level], bit)
    assert not replace(proof, siblings=tuple(siblings)).verify(tree.root, leaves[index])


@pytest.mark.parametrize("rule", [BITCOIN, RFC6962], ids=lambda rule: rule.name)
@given(st.integers(2, 40), st.data())
@settings(max_examples=60)
def test_an_ordered_proof_holds_for_one_place_only(rule, count, data):
    leaves = [sha256(b"%d" % i) for i in range(count)]
    tree = MerkleTree(leaves, rule)
    index = data.draw(st.integers(0, count - 1))
    other = data.draw(st.integers(0, 2 * count).filter(lambda i: i != index))
    assert not replace(tree.proof(index), index=other).verify(tree.root, leaves[index])


@pytest.mark.parametrize("rule", [BITCOIN, RFC6962], ids=lambda rule: rule.name)
@given(st.integers(2, 40), st.data())
@settings(max_examples=100)
def test_one_flipped_bit_in_an_encoded_proof_fails(rule, count, data):
    leaves = [sha256(b"%d" % i) for i in range(count)]
    tree = MerkleTree(leaves, rule)
    index = data.draw(st.integers(0, count - 1))
    encoded = tree.proof(index).encode()
    flipped = flip(encoded, data.draw(st.integers(0, 8 * len(encoded) - 1)))
    try:
        proof = MerkleProof.decode(flipped, rule)
        assert not proof.verify(tree.root, leaves[index], count)
    except InvalidEncoding as error:
        assert error.rule in {"proof-place", "proof-siblings"}


def test_an_airdrops_proof_is_blind_to_the_place():
    leaves = [b"a", b"b", b"c", b"d"]
    tree = MerkleTree(leaves, SORTED_KECCAK)
    assert replace(tree.proof(1), index=2).verify(tree.root, b"b")


def test_a_count_from_the_prover_alone_proves_no_place():
    # Leaf 2 of 3 has the same way up as leaf 1 of 2: the count must be known.
    tree = MerkleTree([b"a", b"b", b"c"], RFC6962)
    claimed = replace(tree.proof(2), index=1, count=2)
    assert claimed.verify(tree.root, b"c")
    assert not claimed.verify(tree.root, b"c", count=3)
    with pytest.raises(WrongCount, match="is of a tree of 2 leaves, required 3"):
        claimed.check(tree.root, b"c", count=3)


@pytest.mark.parametrize("count", range(1, 30))
def test_no_leaf_but_the_first_has_only_right_siblings(count):
    # What a light client relies on: a proof of leaf 0 passes for no other place.
    for index in range(count):
        assert (True not in RFC6962.sides(index, count)) == (index == 0)


def test_a_proof_that_leads_elsewhere_names_both_roots():
    tree = MerkleTree([b"a", b"b"])
    with pytest.raises(WrongRoot, match=r"leads to \w{64}, required 00") as caught:
        tree.proof(0).check(bytes(32), b"a")
    assert (caught.value.found, caught.value.required) == (tree.root, bytes(32))
    assert caught.value.rule == "merkle-proof"
    tree.proof(0).check(tree.root, b"a", count=2)


def test_a_node_cannot_pass_for_a_leaf_under_the_safe_rule():
    tree = MerkleTree([b"a", b"b", b"c", b"d"], RFC6962)
    left, right = tree.levels[0][:2]
    shorter = MerkleProof(0, 2, (tree.levels[1][1],), RFC6962)
    assert not shorter.verify(tree.root, left + right)
    # Under Bitcoin's rule the same trick names the node itself.
    naive = MerkleTree(SIX[:4], BITCOIN)
    forged = MerkleProof(0, 2, (naive.levels[1][1],), BITCOIN)
    assert forged.verify(naive.root, naive.levels[1][0])


places = st.integers(0, 2**64 - 1).map(lambda place: place.to_bytes(8, "big"))


@given(
    st.one_of(
        st.binary(max_size=200),
        st.builds(lambda *parts: b"".join(parts), places, places, st.binary()),
        st.builds(
            lambda index, depth: bytes([0] * 7 + [index]) * 2 + bytes(32 * depth),
            st.integers(0, 9),
            st.integers(0, 70),
        ),
    )
)
@settings(max_examples=200)
def test_any_bytes_end_in_a_proof_or_a_named_error(data):
    for rule in (RFC6962, BITCOIN):
        try:
            proof = MerkleProof.decode(data, rule)
        except InvalidEncoding as error:
            assert error.rule in {"encoding", "proof-place", "proof-siblings"}
        else:
            assert proof.encode() == data
            assert not proof.verify(bytes(32), bytes(32))


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"index": 4}, PlaceOutsideTree, "leaf 4 of a tree of 4"),
        ({"index": -1}, PlaceOutsideTree, "leaf -1 of a tree of 4"),
        ({"count": 0}, PlaceOutsideTree, "leaf 1 of a tree of 0"),
        ({"count": 2**64 + 1}, PlaceOutsideTree, "leaf 1 of a tree of"),
        ({"count": 5}, WrongSiblingCount, "2 siblings, required 3 for leaf 1 of 5"),
        (
            {"siblings": (bytes(32), bytes(31))},
            InvalidEncoding,
            "sibling of 31 bytes, required 32",
        ),
    ],
)
def test_a_proof_without_its_form_is_refused_wherever_it_is_used(
    changes, error, message
):
    proof = replace(MerkleTree([b"a", b"b", b"c", b"d"]).proof(1), **changes)
    for use in (
        proof.encode,
        lambda: proof.root_from(b"b"),
        lambda: [*proof.steps(b"b")],
    ):
        with pytest.raises(error, match=message):
            use()
    assert not proof.verify(bytes(32), b"b")


@pytest.mark.parametrize(
    ("leaves", "rule", "error", "message"),
    [
        ([], RFC6962, NoLeaves, "at least one leaf"),
        ([], BITCOIN, NoLeaves, "at least one leaf"),
        ([b"short"], BITCOIN, WrongLeafSize, "leaf of 5 bytes, required 32"),
    ],
)
def test_leaves_that_the_rule_does_not_take_are_refused(leaves, rule, error, message):
    for build in (MerkleTree, merkle_root):
        with pytest.raises(error, match=message) as caught:
            build(leaves, rule)
        assert isinstance(caught.value, ProtocolError)


def test_a_proof_of_a_leaf_that_is_not_there_is_an_index_error():
    with pytest.raises(IndexError, match="leaf 2 of a tree of 2"):
        MerkleTree([b"a", b"b"]).proof(2)


def test_a_proof_with_too_few_siblings_says_how_many_it_needs():
    proof = MerkleTree([b"a", b"b", b"c", b"d"]).proof(1)
    short = replace(proof, siblings=proof.siblings[:1])
    with pytest.raises(InvalidEncoding, match="1 siblings, required 2 for leaf 1 of 4"):
        short.root_from(b"b")
