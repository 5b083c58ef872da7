"""A halt is why a frame stopped without an answer: all its gas is lost.

Halts and reverts are data: they belong to the machine's work, and raise nothing.
"""

from minichain.kernels import evm_layout as at

HALTS = {
    at.REVERT: "revert",
    at.OUT_OF_GAS: "out-of-gas",
    at.STACK_UNDERFLOW: "stack-underflow",
    at.STACK_OVERFLOW: "stack-overflow",
    at.INVALID_JUMP: "invalid-jump",
    at.INVALID_OPCODE: "invalid-opcode",
    at.STATIC_CHANGE: "static-change",
    at.OUT_OF_RETURN_DATA: "out-of-return-data",
    at.INITCODE_TOO_LONG: "initcode-too-long",
    at.CODE_TOO_LONG: "code-too-long",
    at.INVALID_CODE: "invalid-code",
    at.ADDRESS_TAKEN: "address-taken",
    at.INVALID_INPUT: "invalid-input",
}
"""The name of each status with which a message fails."""
