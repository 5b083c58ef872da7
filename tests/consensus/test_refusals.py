"""What consensus refuses, it refuses by an error that is named and has the numbers."""

from collections.abc import Callable
from typing import Any

import pytest

from minichain.consensus import pos, selfish
from minichain.consensus.asert import Anchor, asert_bits
from minichain.consensus.beacon_step import InvalidEpochs
from minichain.consensus.byzantine import Agreement, InvalidAgreement
from minichain.consensus.committee import InvalidDeal, committees, shuffled_index
from minichain.consensus.difficulty import (
    InvalidTime,
    longer_gap_probability,
    retarget,
)
from minichain.consensus.double_spend import confirmations_needed, exact_probability
from minichain.consensus.estimate import InvalidShare
from minichain.consensus.history import Clock, InvalidHashes
from minichain.consensus.makespan import NoWorkers, amdahl
from minichain.consensus.network import InvalidLatency, Network, fork_probability
from minichain.consensus.polygon import RootChain
from minichain.consensus.pow import mine, search
from minichain.consensus.regulation import Course, InvalidPower, InvalidRule
from minichain.consensus.regulation import mine as follow
from minichain.consensus.sampling import InvalidPoll
from minichain.consensus.selfish_value import compute_value
from minichain.consensus.snowball import Network as Voters
from minichain.consensus.stake import NoValidators
from minichain.consensus.tree import BlockTree, UnknownParent
from minichain.ledger.target import (
    InvalidBits,
    InvalidTarget,
    bits_from_target,
    compute_difficulty,
    compute_work,
    target_from_bits,
)

LIMIT = 0x1D00FFFF
HEADER = bytes(80)

REFUSED: dict[str, tuple[type[Exception], str, Callable[[], Any]]] = {
    # Invalid targets.
    "bits of zero": (InvalidBits, "0x00000000", lambda: target_from_bits(0)),
    "negative bits": (InvalidBits, "0x1d80ffff", lambda: target_from_bits(0x1D80FFFF)),
    "bits too large": (InvalidBits, "0xff00ffff", lambda: target_from_bits(0xFF00FFFF)),
    "a target of 0": (InvalidTarget, "target 0", lambda: bits_from_target(0)),
    "no difficulty": (InvalidTarget, "target -5", lambda: compute_difficulty(-5)),
    "no work": (InvalidTarget, "target -1", lambda: compute_work(-1)),
    "a search": (InvalidTarget, "target -1", lambda: search(HEADER, -1)),
    "a miner": (InvalidTarget, "is not between", lambda: mine(HEADER, 2**256)),
    "an easiest": (InvalidTarget, "target 0", lambda: retarget(0, 1, LIMIT, 0)),
    # Negative times.
    "a first time": (InvalidTime, "from -1", lambda: retarget(-1, 9, LIMIT)),
    "a last time": (InvalidTime, "to -9", lambda: retarget(1, -9, LIMIT)),
    "a wait": (InvalidTime, "-1 seconds", lambda: longer_gap_probability(-1)),
    "a schedule": (
        InvalidTime, "to -1", lambda: asert_bits(Anchor(0, 0, LIMIT), 1, -1),
    ),
    "a course": (InvalidTime, "-1 seconds", lambda: follow(Course("asert"), -1, 1)),
    "a delay": (InvalidLatency, "-1 s", lambda: fork_probability(-1, 600)),
    "a latency": (InvalidLatency, "-1 s", lambda: Network([1.0], latency=-1)),
    "epochs": (InvalidEpochs, "-1 epochs", lambda: pos.Beacon(4).run(epochs=-1)),
    "a tick": (InvalidHashes, "-5 hashes", lambda: Clock(b"", hashes_per_tick=-5)),
    # Unknown parents.
    "an orphan": (UnknownParent, "'nobody'", lambda: BlockTree("0").add("1", "nobody")),
    # More than all the hash power, and none.
    "a network": (InvalidShare, "sum to 1.2", lambda: Network([0.6, 0.6])),
    "an empty network": (InvalidShare, "sum to 0", lambda: Network([])),
    "a double spend": (InvalidShare, "share 1.1", lambda: exact_probability(1.1, 1)),
    "no wait": (InvalidShare, "half or more", lambda: confirmations_needed(0.5, 0.1)),
    "selfish": (InvalidShare, "share 1.2", lambda: selfish.revenue(1.2)),
    "a reach": (InvalidShare, "reach 2", lambda: selfish.threshold(2)),
    "a strategy": (InvalidShare, "1.2", lambda: compute_value(selfish.selfish, 1.2)),
    "no power": (InvalidPower, "of 0", lambda: follow(Course("asert"), 1, 0)),
    # Zero validators.
    "a beacon": (NoValidators, "0 validators", lambda: pos.Beacon(0)),
    "a vote": (NoValidators, "stake of 0", lambda: pos.is_supermajority(0, 0)),
    "rewards": (NoValidators, "stake of 0", lambda: pos.annual_yield(0)),
    "slashing": (
        NoValidators, "stake of 0", lambda: pos.correlation_penalty(32, 0, 0),
    ),
    "a duty": (NoValidators, "slot 0", lambda: committees((), 0, bytes(32))),
    "a shuffle": (InvalidDeal, "place 0 of 0", lambda: shuffled_index(0, 0, bytes(32))),
    "a committee": (
        InvalidDeal, "committee of 0", lambda: pos.capture_probability(0.3, 0),
    ),
    "checkpoints": (NoValidators, "no validator", lambda: RootChain({})),
    "generals": (InvalidAgreement, "of 0 replicas", lambda: Agreement([])),
    "workers": (NoWorkers, "-1 workers", lambda: amdahl(0.1, -1)),
    "voters": (InvalidPoll, "somebody", lambda: Voters([])),
    # What is called by a name that nothing has.
    "a traitor": (
        InvalidAgreement, "'nods'", lambda: Agreement(["tea"] * 4, {0: "nods"}),
    ),
    "a rule": (InvalidRule, "'wish'", lambda: follow(Course("wish"), 1, 1)),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_is_refused_by_its_own_name_with_the_numbers(name):
    error, words, call = REFUSED[name]
    with pytest.raises(error, match=words) as caught:
        call()
    # The name is the rule's own: no bare error of the language.
    assert type(caught.value).__module__.startswith("minichain.")
