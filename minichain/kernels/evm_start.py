"""A start is what the machine does first when its host calls: take what was given.

The host lists accounts and slots, answers what was asked, or begins a message.
"""

from typing import Any

from minichain.kernels import evm_layout as at
from minichain.kernels.evm_changes import finish
from minichain.kernels.evm_creates import begin_message
from minichain.kernels.evm_frames import end_frame, mark_jumps
from minichain.kernels.evm_tables import index_rows, insert_account, take_slot
from minichain.kernels.runtime import routine


@routine
def _begin(r: Any, w: Any, memory: Any, code: Any, jumps: Any) -> int:
    """Begin a message; return `GO_ON` if its first frame is to run."""
    status = begin_message(r, w, memory, code, jumps)
    if status == at.ENTERED:
        return at.GO_ON
    if status > at.GO_ON:
        # There is a contract already.
        r[at.ENDED] = status
        r[at.GAS_LEFT] = 0
        finish(r, w, memory, status)
        return at.DONE
    return status


@routine
def start(
    r: Any, w: Any, stack: Any, memory: Any, code: Any, jumps: Any, returned: Any,
    block: Any,
) -> int:  # fmt: skip
    """Do what the host wants first; return `GO_ON` if frames are to run then."""
    action = r[at.ACTION]
    r[at.ACTION] = at.RUN
    if action == at.LIST_ACCOUNT:
        # Not returned: a row may have any number, and so that of a status.
        r[at.GIVEN_OWNER] = insert_account(r, w)
        return at.DONE
    if action == at.LIST_SLOT:
        take_slot(r, w)
        return at.DONE
    if action == at.LIST_ALL:
        index_rows(r, w)
        return at.DONE
    if action == at.LIST_CODE:
        first = r[at.GIVEN_AT]
        mark_jumps(code, jumps, first, first + r[at.GIVEN_LENGTH])
        return at.DONE
    if action == at.TAKE_ACCOUNT:
        insert_account(r, w)
        # A message whose first frame is not there yet was waiting for it.
        return _begin(r, w, memory, code, jumps) if r[at.DEPTH] < 0 else at.GO_ON
    if action == at.TAKE_SLOT:
        take_slot(r, w)
    elif action == at.BEGIN:
        r[at.TRANSACTION] += 1
        r[at.DEPTH] = -1
        r[at.JOURNALED] = 0
        r[at.LOGGED] = 0
        r[at.LOG_BYTES] = 0
        r[at.REFUND] = 0
        r[at.RETURNED] = 0
        r[at.CHANGED] = 0
        r[at.REASON] = 0
        return _begin(r, w, memory, code, jumps)
    elif action == at.ANSWER:
        # Its output is in place already.
        return end_frame(
            r, w, stack, memory, code, jumps, returned, block, r[at.REASON], -1,
            r[at.RETURNED],
        )  # fmt: skip
    return at.GO_ON
