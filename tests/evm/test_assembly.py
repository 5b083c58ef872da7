"""Assembly and back: every program, every byte string, every mistake by its line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minichain.evm import assemble, disassemble
from minichain.evm.assembly import LENGTH_LIMIT, NUMBERS, assemble_program
from minichain.evm.assembly_errors import (
    InvalidAssembly,
    LabelTwice,
    UnknownLabel,
    UnknownOpcode,
    UnreadableValue,
    ValueTooWide,
)
from minichain.evm.disassembly import (
    find_jumps,
    list_targets,
    read_instructions,
)
from minichain.kernels.evm_table import OPCODES
from tests.evm.programs import code, result

NUMBER = st.integers(0, 2**256 - 1)
CODE = st.one_of(
    st.binary(max_size=80),
    # Mostly instructions that exist, and many places to jump to.
    st.lists(
        st.sampled_from([0x5B, 0x56, 0x57, 0x5F, 0x60, 0x61, 0x7F, *NUMBERS.values()]),
        max_size=80,
    ).map(bytes),
)


def words_of(text: str) -> str:
    """Return the code that a text assembles to, as digits."""
    return assemble(text).hex()


@given(CODE)
def test_code_taken_apart_assembles_to_the_same_bytes(code):
    assert assemble(disassemble(code)) == code


@given(CODE)
def test_instructions_cover_the_code_without_a_gap(code):
    instructions = read_instructions(code)
    assert b"".join(bytes([i.opcode]) + i.data for i in instructions) == code
    place = 0
    for step in instructions:
        assert step.place == place
        place += step.size
        assert not step.is_cut or place == len(code)


@given(CODE)
def test_targets_are_those_that_the_machine_takes(code):
    from minichain.kernels.evm_frames import mark_jumps

    jumps = bytearray(len(code))
    mark_jumps.function(bytearray(code), jumps, 0, len(code))
    assert list_targets(read_instructions(code)) == {
        place for place, mark in enumerate(jumps) if mark
    }


def test_instructions_are_those_that_vyper_knows():
    theirs = pytest.importorskip("vyper.evm.opcodes").get_opcodes()
    older = {"SHA3": "KECCAK256", "DIFFICULTY": "PREVRANDAO"}
    only_theirs = {"DEBUG", "BREAKPOINT"}  # of a debugger, and no part of the standard
    found = {
        older.get(name, name): row
        for name, row in theirs.items()
        if name not in only_theirs
    }
    assert {name: row[0] for name, row in found.items()} == NUMBERS
    for name, (number, takes, puts, _) in found.items():
        if number in OPCODES:
            ours = OPCODES[number]
            assert ours.puts - ours.takes == puts - takes, name


def test_a_compiled_contract_reads_as_vyper_prints_it():
    pytest.importorskip("vyper")
    from vyper.compiler import compile_code
    from vyper.compiler.settings import Settings

    source = "n: public(uint256)\n@external\ndef add(x: uint256):\n    self.n += x"
    output = compile_code(
        source,
        output_formats=["bytecode_runtime", "opcodes_runtime"],
        settings=Settings(evm_version="cancun"),
    )
    runtime = bytes.fromhex(output["bytecode_runtime"][2:])
    ours = [i for i in read_instructions(runtime) if not i.is_cut]
    theirs = output["opcodes_runtime"].split()
    for step in ours[:60]:
        assert theirs.pop(0) == step.name
        if step.data:
            assert int(theirs.pop(0), 16) == int.from_bytes(step.data, "big")


@given(NUMBER)
def test_push_takes_the_fewest_bytes(number):
    pushed = assemble(f"PUSH {number}")
    assert pushed == assemble(f"push {number:#x}")
    assert len(pushed) == 1 + (number.bit_length() + 7) // 8
    assert pushed[0] == 0x5F + len(pushed) - 1
    assert int.from_bytes(pushed[1:], "big") == number


@given(NUMBER, st.integers(1, 32))
def test_push_with_a_width_has_it_or_is_refused(number, width):
    text = f"PUSH{width} {number}"
    if number < 256**width:
        assert assemble(text) == bytes([0x5F + width]) + number.to_bytes(width, "big")
        return
    with pytest.raises(ValueTooWide, match=f"PUSH{width} holds {width}"):
        assemble(text)


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("PUSH1 2 PUSH1 3 ADD", "6002600301"),
        ("PUSH1 2\nPUSH1 3\nADD ; and that is all", "6002600301"),
        ("push1 0x2 # two\npush1 3// three\nadd", "6002600301"),
        ("PUSH0", "5f"),
        ('PUSH "ab"', "616162"),
        ('PUSH4 "ab"', "6300006162"),
        ('DATA "a;b" DATA 0x0001 DATA 256 DATA 0', "613b620001010000"),
        (r'DATA "a\"b"', "612262"),
        ("DATA 0x123", "0123"),
        ("INVALID", "fe"),
        ("", ""),
        ("; nothing", ""),
    ],
)
def test_texts_assemble_to_known_bytes(text, digits):
    assert words_of(text) == digits


def test_labels_name_places_before_and_behind():
    text = """
        PUSH 10
    :loop JUMPDEST      ; counts down
        PUSH 1 SWAP1 SUB
        DUP1 PUSH @loop JUMPI
        PUSH @end JUMP
        INVALID
    :end JUMPDEST
    """
    program = assemble_program(text)
    assert program.code == code("600a 5b 6001 90 03 80 6002 57 600f 56 fe 5b")
    assert program.labels == {"loop": 2, "end": 15}
    assert program.lines[2] == 3
    assert program.lines[15] == 8


def test_a_label_at_the_first_place_needs_no_byte():
    assert words_of(":top JUMPDEST PUSH @top JUMP") == "5b5f56"


@given(st.integers(0, 300), st.integers(0, 300))
def test_pushes_of_labels_are_as_wide_as_the_place_needs(before, behind):
    text = f"PUSH @end {'ADD ' * before} PUSH @end {'ADD ' * behind} :end JUMPDEST"
    program = assemble_program(text)
    end = program.labels["end"]
    assert program.code[end] == 0x5B
    pushes = [i for i in read_instructions(program.code) if i.data]
    assert [int.from_bytes(i.data, "big") for i in pushes] == [end, end]
    assert all(len(i.data) == (end.bit_length() + 7) // 8 for i in pushes)


def test_initialising_code_knows_where_its_contract_lies():
    inside = 'PUSH "hello" PUSH0 MSTORE PUSH 32 PUSH0 RETURN'
    text = f"""
        PUSH @end-@code DUP1 PUSH @code PUSH0 CODECOPY PUSH0 RETURN
    :code {inside} :end
    """
    from minichain.evm import Environment, Message, execute
    from tests.evm.programs import ALICE, make_state

    message = Message(sender=ALICE, to=None, data=assemble(text))
    outcome = execute(message, make_state(), Environment(), runtime="plain")
    assert outcome.output == assemble(inside)


def test_an_assembled_program_computes():
    text = "PUSH 1 PUSH 6 :loop JUMPDEST SWAP1 DUP2 MUL SWAP1 PUSH 1 SWAP1 SUB"
    text += " DUP1 PUSH @loop JUMPI POP"
    assert result(words_of(text)) == 720


@pytest.mark.parametrize(
    ("error", "text", "line", "words"),
    [
        (UnknownOpcode, "ADD\n\nADDD", 3, "'ADDD'; is ADD meant?"),
        (UnknownOpcode, "PUSH33 1", 1, "PUSH33"),
        (UnreadableValue, "ADD\nPUSH1", 2, "PUSH1 lacks its value"),
        (UnreadableValue, "PUSH1 ADD", 1, "PUSH1 lacks its value"),
        (UnreadableValue, "PUSH x", 1, "'x' after PUSH is no number"),
        (UnreadableValue, "PUSH 0x", 1, "'0x' after PUSH is no number"),
        (UnreadableValue, "PUSH -1", 1, "'-1' after PUSH is no number"),
        (UnreadableValue, "PUSH0 5", 1, "5 belongs to no instruction"),
        (UnreadableValue, "@loop", 1, "@loop belongs to no instruction"),
        (UnreadableValue, 'DATA "abc', 1, "does not end"),
        (UnreadableValue, ":a ADD :b PUSH @a-@b", 1, "negative"),
        (ValueTooWide, "\nPUSH1 256", 2, "256 takes 2 bytes, PUSH1 holds 1"),
        (ValueTooWide, f"PUSH 0x1{'0' * 64}", 1, "takes 33 bytes"),
        (ValueTooWide, f"PUSH1 @a {'ADD ' * 300}\n:a", 1, "@a is 302"),
        (UnknownLabel, ":loop\nPUSH @lop", 2, "no label :lop .* is @loop meant?"),
        (LabelTwice, ":a\n:b\n:a", 3, "the label :a stands above already"),
        (InvalidAssembly, " " * (LENGTH_LIMIT + 1), 1, "at most"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_rule(error, text, line, words):
    with pytest.raises(error, match=words) as told:
        assemble(text)
    assert told.value.line == line
    assert f"line {line}: " in str(told.value)


@given(st.text(max_size=60))
def test_any_text_is_code_or_a_named_error(text):
    try:
        assemble(text)
    except InvalidAssembly as error:
        assert error.rule.startswith("assembly")


def test_a_jump_shows_its_target_and_a_number_that_is_none_does_not():
    text = disassemble(code("6003 56 5b 6004 56 6003 01"))
    assert "PUSH1 @at_3" in text
    assert "PUSH1 0x04" in text
    assert "PUSH1 0x03" in text
    assert find_jumps(read_instructions(code("6003 56 5b"))) == {0: 3}


def test_bytes_that_are_no_instruction_are_data():
    assert disassemble(code("0c")).split() == ["DATA", "0x0c", ";", "0"]
    assert "PUSH4 cut off" in disassemble(code("63ff"))
    assert disassemble(code("fe")).split()[0] == "INVALID"
