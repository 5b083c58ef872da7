"""What the reentrancy film shows, told in words and tables."""

from typing import Any

from minichain.widgets.base import Picture, Table, Twin
from minichain.widgets.film_view import HABITS


def summarize_film(picture: Picture) -> str:
    """Return one sentence on the present shot."""
    shown = picture["film"]
    if shown is None:
        return "The film is shown once you have said what you expect."
    shot = shown["shots"][shown["shot"]]
    return f"Picture {shown['shot'] + 1} of {len(shown['shots'])}. {shot['told']}"


def describe_film(picture: Picture) -> Twin:
    """Return a picture in words and tables."""
    twin: list[str | Table] = [
        f"{HABITS[picture['vault']]}. Bob has deposited {picture['others']} ether, the "
        f"thief deposits {picture['stake']}, with {picture['gas']:,} gas.",
        f"{picture['predict']['question']} {picture['predict']['verdict']}".strip(),
    ]
    shown = picture["film"]
    if shown is None:
        return [*twin, summarize_film(picture)]
    rows = tuple(_row(shot) for shot in shown["shots"])
    head = (
        "picture", "who calls whom", "ether paid", "depth", "line",
        "the books: Bob, thief", "it holds", "spoils", "what happens",
    )  # fmt: skip
    twin.append(Table("The film; amounts in ether after each picture", head, rows))
    if shown["broken"] is not None:
        twin.append(
            f"The books and the money part at picture {shown['broken'] + 1}: the vault "
            "owes more than it holds."
        )
    else:
        twin.append("The vault never owes more than it holds.")
    twin.append(summarize_film(picture))
    if shown["source"]["rows"]:
        lines = tuple(
            (str(row["number"]), row["text"].strip() or "–", _mark(row))
            for row in shown["source"]["rows"]
        )
        caption = f"The code that runs in it: {shown['source']['name']}"
        twin.append(Table(caption, ("line", "text", "runs"), lines))
    return twin


def _row(shot: dict[str, Any]) -> tuple[str, ...]:
    after = shot["after"]
    calls = f"{shot['caller']} calls {shot['to'].lower()}"
    if shot["kind"] == "back":
        calls = f"{shot['to']} goes on"
    elif shot["kind"] == "undone":
        calls = "All frames fail"
    return (
        str(shot["place"] + 1),
        f"{calls} {shot['function']}".strip(),
        shot["value"] or "–",
        str(shot["depth"]),
        str(shot["line"] or "–"),
        f"{after['bob']}, {after['thief']}",
        f"{after['holds']}" + (", too little" if after["short"] else ""),
        str(after["spoils"]),
        shot["told"],
    )


def _mark(row: dict[str, Any]) -> str:
    return "last" if row["now"] else "yes" if row["ran"] else "–"
