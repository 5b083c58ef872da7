"""A layout says where in its arrays the machine keeps each thing.

``r`` holds 64-bit integers: a header, then regions whose places the header names.
``w`` holds words in the same way. Regions can be moved and made larger between two
calls of the kernel, since nothing outside the header holds an absolute place.
"""

(
    DEPTH, ACTION, BUDGET, TRANSACTION, RETURNED, CODE_TOP, REFUND, BLOBS, REASON,
    WHICH, SIZE, JOURNALED, LOGGED, LOG_BYTES, ACCOUNTS, SLOTS,
    FRAMES_AT, ACCOUNTS_AT, ACCOUNT_INDEX_AT, SLOTS_AT, SLOT_INDEX_AT, JOURNAL_AT,
    LOGS_AT, FRAME_WORDS_AT, ACCOUNT_WORDS_AT, SLOT_WORDS_AT, JOURNAL_WORDS_AT,
    TOPICS_AT, ACCOUNT_ROOM, SLOT_ROOM, JOURNAL_ROOM, LOG_ROOM, ACCOUNT_MASK, SLOT_MASK,
    MESSAGE_KIND, MESSAGE_GAS, MESSAGE_ROW, MESSAGE_SENDER, MESSAGE_LENGTH,
    MESSAGE_STATIC, GAS_LEFT, ENDED, STACK_ROOM, GIVEN_NONCE, GIVEN_AT, GIVEN_LENGTH,
    GIVEN_STORED, GIVEN_WARM, GIVEN_OWNER, OUTPUT_AT, OUTPUT_LENGTH, CHANGED,
) = range(52)  # fmt: skip
"""Places in the header of ``r``."""

HEADER = 64
"""Integers in that header."""

(
    PC, SP, LEFT, WORDS, BASE, MEMORY_AT, CODE_AT, CODE_LENGTH, DATA_AT, DATA_LENGTH,
    SELF, STATIC, CREATES, RETURN_AT, RETURN_LENGTH, JOURNAL_MARK, LOG_MARK,
    LOG_BYTES_MARK, REFUND_MARK, CODE_MARK, PRECOMPILED,
) = range(21)  # fmt: skip
"""Places in a frame."""

FRAME = 24
"""Integers of a frame."""

FRAME_WORDS = 3
"""Words of a frame: its own address, its caller's, and the value paid."""

NONCE, BYTES_AT, BYTES_LENGTH, STORED, WARM, CREATED, DEAD, LISTED = range(8)
"""Places in an account: the last four are the number of a transaction, or 0."""

ACCOUNT = 8
"""Integers of an account."""

ADDRESS, BALANCE, CODE_HASH = range(3)
"""Words of an account."""

ACCOUNT_WORDS = 3
"""Number of words of an account."""

SLOT_ACCOUNT, SLOT_WARM, SLOT_SEEN, SLOT_LISTED = range(4)
"""Places in a slot: whose it is, then the number of a transaction each, or 0."""

SLOT = 4
"""Integers of a slot."""

KEY, NOW, BEFORE = range(3)
"""Words of a slot: its number, its value, and the value before the transaction."""

SLOT_WORDS = 3
"""Number of words of a slot."""

LOG_TOPICS, LOG_AT, LOG_LENGTH = range(3)
"""Places in a log: how many topics, and where its data is."""

LOG = 3
"""Integers of a log."""

LOG_WORDS = 5
"""Words of a log: who wrote it, and room for its topics."""

TRANSIENT = 1 << 40
"""Added to an account's row for the slots that last for a transaction only."""

(
    OLD_VALUE, OLD_SLOT_WARM, OLD_BALANCE, OLD_NONCE, OLD_CODE, OLD_WARM, OLD_CREATED,
    OLD_DEAD,
) = range(8)  # fmt: skip
"""What an entry of the journal restores."""

KINDS = 8
"""An entry is a row times this, and what it restores."""

BLOCK_WORDS = 64
"""Words before the regions of ``w``: the block's, by opcode less 0x30."""

BLOB_WORDS = 32
"""Where among them the hashes of blobs begin."""

WANTED = 48
"""The word among them that the host is asked for: an address or a slot."""

MESSAGE_VALUE = 49
"""The word among them that a message pays."""

GIVEN_BALANCE, GIVEN_HASH, GIVEN_VALUE = 50, 51, 52
"""Words among them that the host gives for an account or a slot."""

MESSAGE_TO, ORIGIN, BENEFICIARY = 53, 0x32 - 0x30, 0x41 - 0x30
"""Words among them that are addresses: who is called, who sent, who gets the tips."""

LAST_PRECOMPILE = 10
"""Addresses 1 to this are contracts that the machine itself brings."""

STOP, RETURN, REVERT = range(3)
"""How a frame ends well, or is reverted."""

(
    STEP, LOAD_ACCOUNT, LOAD_SLOT, FIND_BLOCK, PRECOMPILE, MORE_ROWS, MORE_BYTES, DONE,
) = range(16, 24)  # fmt: skip
"""What the kernel asks of its host, and that it is done."""

STACK, MEMORY, CODE, RETURN_DATA, LOG_DATA = range(5)
"""Which buffer must be larger."""

ENTERED, GO_ON = 32, 33
"""A call began a frame, or is over."""

(
    OUT_OF_GAS, STACK_UNDERFLOW, STACK_OVERFLOW, INVALID_JUMP, INVALID_OPCODE,
    STATIC_CHANGE, OUT_OF_RETURN_DATA, INITCODE_TOO_LONG, CODE_TOO_LONG,
    INVALID_CODE, ADDRESS_TAKEN, INVALID_INPUT, CALL_TOO_DEEP, BALANCE_TOO_LOW,
) = range(64, 78)  # fmt: skip
"""Why a frame halts and loses its gas."""

(
    RUN, BEGIN, ANSWER, TAKE_ACCOUNT, TAKE_SLOT, LIST_ACCOUNT, LIST_SLOT, LIST_CODE,
    LIST_ALL,
) = range(9)  # fmt: skip
"""What a call of the kernel does first; listing something is all that it does."""

DEPTH_LIMIT = 1024
"""Calls inside calls."""

PADDING = 64
"""Zero bytes kept behind code and memory, so that 32 can always be read."""

OP_CREATE, OP_CALL, OP_CALLCODE, OP_DELEGATECALL = 0xF0, 0xF1, 0xF2, 0xF4
"""Opcodes that begin frames."""

OP_CREATE2, OP_STATICCALL = 0xF5, 0xFA
"""More of them."""
