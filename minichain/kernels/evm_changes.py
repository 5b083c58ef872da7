"""A change is a row that a message leaves other than it was.

The journal knows all rows that were written; when a message has ended well, it is made
the list of those that the host has to write to its state.
"""

from typing import Any

from minichain.kernels import evm_layout as at
from minichain.kernels.runtime import routine
from minichain.kernels.word import clear_bytes


@routine
def _is_changed_slot(r: Any, w: Any, row: int) -> bool:
    """Return whether a slot is to be written, when it is first asked about."""
    spot = r[at.SLOTS_AT] + row * at.SLOT
    owner = r[spot + at.SLOT_ACCOUNT]
    if owner >= at.TRANSIENT or r[spot + at.SLOT_LISTED] == r[at.TRANSACTION]:
        return False
    r[spot + at.SLOT_LISTED] = r[at.TRANSACTION]
    if r[r[at.ACCOUNTS_AT] + owner * at.ACCOUNT + at.DEAD] == r[at.TRANSACTION]:
        return False
    words = r[at.SLOT_WORDS_AT] + row * at.SLOT_WORDS
    return w[words + at.NOW] != w[words + at.BEFORE]


@routine
def _is_changed_account(r: Any, row: int) -> bool:
    """Return whether an account is to be written, when it is first asked about."""
    spot = r[at.ACCOUNTS_AT] + row * at.ACCOUNT + at.LISTED
    if r[spot] == r[at.TRANSACTION]:
        return False
    r[spot] = r[at.TRANSACTION]
    return True


@routine
def list_changes(r: Any, w: Any) -> None:
    """Make the journal a list of changed rows: twice the row, and 1 for an account."""
    count = 0
    for i in range(r[at.JOURNALED]):
        entry = r[r[at.JOURNAL_AT] + i]
        row = entry // at.KINDS
        kind = entry % at.KINDS
        if kind == at.OLD_VALUE:
            if _is_changed_slot(r, w, row):
                r[r[at.JOURNAL_AT] + count] = 2 * row
                count += 1
        elif (
            kind != at.OLD_SLOT_WARM
            and kind != at.OLD_WARM
            and _is_changed_account(r, row)
        ):
            r[r[at.JOURNAL_AT] + count] = 2 * row + 1
            count += 1
    r[at.CHANGED] = count


@routine
def finish(r: Any, w: Any, memory: Any, done: int) -> None:
    """Leave the arena as it was found, and list what the message changed."""
    if r[at.MESSAGE_LENGTH] > 0:
        clear_bytes(memory, 0, r[at.MESSAGE_LENGTH])
    if done < at.REVERT:
        list_changes(r, w)
