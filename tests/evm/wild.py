"""Wild programs: anything that assembles, rich in calls, creations and failures."""

from hypothesis import strategies as st

from minichain.evm import assemble
from minichain.units import Address
from tests.evm.programs import ALICE, CONTRACT, OTHER

NOBODY = Address(b"\xee" * 20)
"""An address with nothing behind it."""

_SMALL = st.sampled_from([0, 1, 2, 3, 31, 32, 33, 64, 100])
_KEYS = st.sampled_from([0, 1, 2])
_TARGETS = st.sampled_from(
    [f"0x{a.hex()}" for a in (CONTRACT, OTHER, ALICE, NOBODY)] + ["2", "4", "1", "9"]
)
_GAS = st.sampled_from(["GAS", "GAS", "PUSH 3000", "PUSH 30000", "PUSH 0", "PUSH 200"])


@st.composite
def _call(draw: st.DrawFn) -> str:
    kind = draw(st.sampled_from(["CALL", "CALLCODE", "DELEGATECALL", "STATICCALL"]))
    spans = [draw(_SMALL) for _ in range(4)]
    pays = kind in ("CALL", "CALLCODE")
    value = f"PUSH {draw(st.sampled_from([0, 0, 1, 10**30]))}" if pays else ""
    pushes = " ".join(f"PUSH {n}" for n in spans)
    return f"{pushes} {value} PUSH {draw(_TARGETS)} {draw(_GAS)} {kind}"


@st.composite
def _create(draw: st.DrawFn) -> str:
    inside = draw(
        st.sampled_from(
            [
                "PUSH 32 PUSH0 RETURN",
                "PUSH 1 PUSH0 SSTORE STOP",
                "PUSH 0xef PUSH0 MSTORE8 PUSH 1 PUSH0 RETURN",
                "PUSH0 PUSH0 REVERT",
                "PUSH 200 PUSH 64 REVERT",
                "INVALID",
                "POP",
                "PUSH0 SLOAD PUSH 40 PUSH0 RETURN",
            ]
        )
    )
    code = assemble(inside)
    salt = draw(st.sampled_from(["", "PUSH 7"]))
    kind = "CREATE2" if salt else "CREATE"
    value = draw(st.sampled_from([0, 0, 1, 10**30]))
    start, size = 32 - len(code), len(code)
    text = f"PUSH {size} PUSH {start} PUSH {value} {kind}"
    return f"PUSH{size} 0x{code.hex()} PUSH0 MSTORE {salt} {text}"


_PIECES = st.one_of(
    _call(),
    _call(),
    _create(),
    st.builds("PUSH {} PUSH {} SSTORE".format, _SMALL, _KEYS),
    st.builds("PUSH {} SLOAD".format, _KEYS),
    st.builds("PUSH {} PUSH {} TSTORE".format, _SMALL, _KEYS),
    st.builds("PUSH {} TLOAD".format, _KEYS),
    st.builds("PUSH {} PUSH {} MSTORE".format, _SMALL, _SMALL),
    st.builds("PUSH {} PUSH {} PUSH {} MCOPY".format, _SMALL, _SMALL, _SMALL),
    st.builds("PUSH {} PUSH {} KECCAK256".format, _SMALL, _SMALL),
    st.builds("PUSH {} PUSH {} LOG0".format, _SMALL, _SMALL),
    st.builds("PUSH {} PUSH 1 PUSH 2 PUSH {} EXTCODECOPY".format, _SMALL, _TARGETS),
    st.builds(
        "PUSH {} {}".format, _TARGETS, st.sampled_from(["BALANCE", "EXTCODESIZE"])
    ),
    st.builds("PUSH {} PUSH 0 PUSH 0 RETURNDATACOPY".format, _SMALL),
    st.sampled_from(["GAS POP", "ADD", "DUP2", "SWAP1", "CALLER", "PC", "MSIZE"]),
)
_ENDS = st.one_of(
    st.sampled_from(["", "STOP", "INVALID", "PUSH 5 JUMP", "PUSH0 SELFDESTRUCT"]),
    st.builds("PUSH {} PUSH {} RETURN".format, _SMALL, _SMALL),
    st.builds("PUSH {} PUSH {} REVERT".format, _SMALL, _SMALL),
)

PROGRAM = st.builds(
    lambda pieces, end: " ".join([*pieces, end]),
    st.lists(_PIECES, max_size=8),
    _ENDS,
)
"""Texts of assembly."""
