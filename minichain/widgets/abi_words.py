"""What the ABI explorer shows, told in words and tables."""

from minichain.widgets.base import Picture, Table, Twin


def summarize_abi(picture: Picture) -> str:
    """Return one sentence on what the contract does."""
    deed = picture["deed"]
    if not deed["ok"]:
        where = f" ({deed['line']})" if deed["line"] else ""
        return f"The contract refuses: {deed['reason']}{where}."
    said = f" It answers {deed['answer']}." if deed["answer"] else ""
    events = "".join(f" It announces {event}." for event in deed["events"])
    return f"The contract runs {deed['called']}, for {deed['gas']} gas.{said}{events}"


def describe_abi(picture: Picture) -> Twin:
    """Return a picture in words and tables."""
    ask = picture["predict"]
    twin: list[str | Table] = [
        f"{ask['question']} {ask['verdict']}".strip(),
        f"{picture['contract']} is called by {picture['canonical']} with "
        f"{picture['arguments'] or 'no arguments'}.",
        f"Keccak-256 of {picture['canonical']} is {picture['hash']}; its first four "
        f"bytes, {picture['hash'][:8]}, are the selector.",
    ]
    if picture["namesake"]:
        twin.append(f"{picture['namesake']} has the same selector.")
    if picture["altered"]:
        twin.append("The call is not the one that was written: bytes were changed.")
    rows = tuple(
        (
            str(row["place"]),
            str(row["at"]) or "–",
            row["hex"] or "–",
            f"{row['role']} {row['part']}".strip(),
            row["told"],
            ", ".join(str(i + 1) for i in row["altered"]) or "–",
        )
        for row in picture["rows"]
    )
    head = ("row", "from byte", "digits", "what it is", "what it says", "bytes changed")
    twin.append(Table(f"The call, {picture['size']} bytes", head, rows))
    if picture["values"]:
        values = tuple(tuple(row) for row in picture["values"])
        twin.append(Table("Read back", ("name", "type", "value"), values))
    if picture["fault"]:
        twin.append(f"It cannot be read back: {picture['fault']}.")
    twin.append(summarize_abi(picture))
    hunt = picture["hunt"]
    if hunt["pair"]:
        (one, begin, _), (other, _, _) = hunt["pair"]
        twin.append(
            f"Of {hunt['hunted']} names, {one} and {other} both have selectors that "
            f"begin with {begin}."
        )
    elif hunt["hunted"]:
        twin.append(f"Of {hunt['hunted']} names no two have the same first two bytes.")
    return twin
