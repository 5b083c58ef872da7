"""What may be wrong with an assembly text, each with the line it stands in."""

from minichain.errors import InvalidEncoding


class InvalidAssembly(InvalidEncoding):
    """A text that is no program.

    Attributes
    ----------
    line : int
        Where, counted from 1.
    """

    rule = "assembly"

    def __init__(self, line: int, complaint: str) -> None:
        super().__init__(f"line {line}: {complaint}")
        self.line = line


class UnknownOpcode(InvalidAssembly):
    """A word that is no instruction."""

    rule = "assembly-opcode"


class UnreadableValue(InvalidAssembly):
    """A value that is missing, or neither a number, nor a text, nor a label."""

    rule = "assembly-value"


class ValueTooWide(InvalidAssembly):
    """A value that does not fit in the bytes of its PUSH."""

    rule = "assembly-width"


class UnknownLabel(InvalidAssembly):
    """A label that is used and stands nowhere."""

    rule = "assembly-label"


class LabelTwice(InvalidAssembly):
    """A label that stands at two places."""

    rule = "assembly-label-twice"
