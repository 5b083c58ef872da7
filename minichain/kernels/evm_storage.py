"""Storage is what a contract remembers: words by number, priced by what changes.

References
----------
.. [1] EIP-2929, cold and warm; EIP-2200 and EIP-3529, the price of a change and what
   it earns back; EIP-1153, storage that ends with the transaction.
"""

from typing import Any

from minichain.kernels import evm_layout as at
from minichain.kernels.evm_tables import find_slot, insert_slot, note
from minichain.kernels.runtime import routine
from minichain.kernels.word import u256

COLD_READ = 2_100
"""Gas for the first touch of a slot in a transaction."""

WARM_READ = 100
"""Gas for a later one."""

FILL = 20_000
"""Gas to make a slot that was zero something else."""

CHANGE = 2_900
"""Gas to change a slot that was not zero."""

EMPTIED = 4_800
"""Gas earned back when a slot becomes zero."""

STIPEND = 2_300
"""Gas that a write must leave: what comes with a payment is too little to write."""


@routine
def is_full(r: Any) -> bool:
    """Return whether the tables may lack room for one more instruction."""
    return r[at.SLOTS] + 2 > r[at.SLOT_ROOM] or r[at.JOURNALED] + 8 > r[at.JOURNAL_ROOM]


@routine
def _warm_slot(r: Any, w: Any, account: int, key: Any) -> int:
    """Return the row of a slot, or less what must be asked of the host."""
    row = find_slot(r, w, account, key)
    if row < 0:
        owner = r[at.ACCOUNTS_AT] + account * at.ACCOUNT
        # A contract that is being created has nothing stored yet.
        if r[owner + at.CREATED] != r[at.TRANSACTION]:
            w[at.WANTED] = key
            r[at.GIVEN_OWNER] = account
            return -at.LOAD_SLOT
        row = insert_slot(r, w, account, key, -1 - row)
    spot = r[at.SLOTS_AT] + row * at.SLOT
    if r[spot + at.SLOT_SEEN] != r[at.TRANSACTION]:
        r[spot + at.SLOT_SEEN] = r[at.TRANSACTION]
        words = r[at.SLOT_WORDS_AT] + row * at.SLOT_WORDS
        w[words + at.BEFORE] = w[words + at.NOW]
    return row


@routine
def _is_first_touch(r: Any, w: Any, row: int) -> bool:
    """Make a slot warm and return whether it was cold."""
    spot = r[at.SLOTS_AT] + row * at.SLOT
    if r[spot + at.SLOT_WARM] == r[at.TRANSACTION]:
        return False
    r[spot + at.SLOT_WARM] = r[at.TRANSACTION]
    note(r, w, row, at.OLD_SLOT_WARM, u256(0))
    return True


@routine
def load_slot(r: Any, w: Any, frame: int, stack: Any, top: int) -> int:
    """Run SLOAD: the slot on the stack becomes its value."""
    if is_full(r):
        return at.MORE_ROWS
    row = _warm_slot(r, w, r[frame + at.SELF], stack[top])
    if row < 0:
        return -row
    cost = COLD_READ if _is_first_touch(r, w, row) else WARM_READ
    if r[frame + at.LEFT] < cost:
        return at.OUT_OF_GAS
    r[frame + at.LEFT] -= cost
    stack[top] = w[r[at.SLOT_WORDS_AT] + row * at.SLOT_WORDS + at.NOW]
    return at.GO_ON


@routine
def _refund(r: Any, before: Any, now: Any, new: Any) -> None:
    """Count what a change from ``now`` to ``new`` earns, or takes back."""
    if now == before:
        if before != u256(0) and new == u256(0):
            r[at.REFUND] += EMPTIED
        return
    if before != u256(0):
        if now == u256(0):
            r[at.REFUND] -= EMPTIED
        elif new == u256(0):
            r[at.REFUND] += EMPTIED
    if new == before:
        paid = FILL if before == u256(0) else CHANGE
        r[at.REFUND] += paid - WARM_READ


@routine
def store_slot(r: Any, w: Any, frame: int, stack: Any, top: int) -> int:
    """Run SSTORE of the value under the slot's number."""
    if r[frame + at.STATIC] == 1:
        return at.STATIC_CHANGE
    if r[frame + at.LEFT] <= STIPEND:
        return at.OUT_OF_GAS
    if is_full(r):
        return at.MORE_ROWS
    row = _warm_slot(r, w, r[frame + at.SELF], stack[top])
    if row < 0:
        return -row
    cost = COLD_READ if _is_first_touch(r, w, row) else 0
    words = r[at.SLOT_WORDS_AT] + row * at.SLOT_WORDS
    now = w[words + at.NOW]
    before = w[words + at.BEFORE]
    new = stack[top - 1]
    if new == now or now != before:
        cost += WARM_READ
    elif before == u256(0):
        cost += FILL
    else:
        cost += CHANGE
    if r[frame + at.LEFT] < cost:
        return at.OUT_OF_GAS
    r[frame + at.LEFT] -= cost
    if new != now:
        _refund(r, before, now, new)
        note(r, w, row, at.OLD_VALUE, now)
        w[words + at.NOW] = new
    return at.GO_ON


@routine
def _find_transient(r: Any, w: Any, frame: int, key: Any) -> int:
    account = r[frame + at.SELF] + at.TRANSIENT
    row = find_slot(r, w, account, key)
    if row < 0:
        row = insert_slot(r, w, account, key, -1 - row)
    spot = r[at.SLOTS_AT] + row * at.SLOT
    if r[spot + at.SLOT_SEEN] != r[at.TRANSACTION]:
        r[spot + at.SLOT_SEEN] = r[at.TRANSACTION]
        w[r[at.SLOT_WORDS_AT] + row * at.SLOT_WORDS + at.NOW] = u256(0)
    return r[at.SLOT_WORDS_AT] + row * at.SLOT_WORDS + at.NOW


@routine
def load_transient(r: Any, w: Any, frame: int, stack: Any, top: int) -> int:
    """Run TLOAD."""
    if is_full(r):
        return at.MORE_ROWS
    stack[top] = w[_find_transient(r, w, frame, stack[top])]
    return at.GO_ON


@routine
def store_transient(r: Any, w: Any, frame: int, stack: Any, top: int) -> int:
    """Run TSTORE."""
    if r[frame + at.STATIC] == 1:
        return at.STATIC_CHANGE
    if is_full(r):
        return at.MORE_ROWS
    spot = _find_transient(r, w, frame, stack[top])
    row = (spot - at.NOW - r[at.SLOT_WORDS_AT]) // at.SLOT_WORDS
    note(r, w, row, at.OLD_VALUE, w[spot])
    w[spot] = stack[top - 1]
    return at.GO_ON
