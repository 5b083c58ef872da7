"""The time machine in words: its question, a sentence, and the text twin."""

from typing import Any

from minichain.widgets.base import Picture, Prediction, Table, Twin
from minichain.widgets.timetravel_moment import show_word
from minichain.widgets.timetravel_play import play
from minichain.widgets.timetravel_scenes import Scene


def draw_question(prediction: Prediction, scene: Scene) -> dict[str, Any]:
    """Return a scene's question, and its answer once the learner has guessed."""
    unit = f" {scene.unit}" if scene.unit else ""
    answer = verdict = None
    choices = tuple(f"{show_word(choice)}{unit}" for choice in scene.choices)
    if not prediction.is_open:
        answer = scene.choices.index(scene.answer(play(scene.setup).recording))
        said = ""
        if prediction.guess is not None:
            said = "Right. " if prediction.guess == answer else "Not so. "
        verdict = f"{said}It is {choices[answer]}. {scene.lesson}"
    return prediction.picture(
        scene.question,
        high=len(choices) - 1,
        choices=choices,
        answer=answer,
        verdict=verdict or "",
    )


def summarize_timetravel(picture: Picture) -> str:
    """Return which step comes next, or how the run ended."""
    run = picture["run"]
    if run is None:
        return "Predict first; then it runs."
    if run["step"] is None:
        return f"After all {run['length']:,} steps: {tell_outcome(run)}"
    step = run["step"]
    return (
        f"Step {run['moment'] + 1:,} of {run['length']:,}: {tell_step(step)}, "
        f"{step['gas']:,} gas left."
    )


def tell_step(step: dict[str, Any]) -> str:
    """Return a step in words: its instruction, price and effect."""
    data = f" {step['data']}" if step["data"] else ""
    price = f"{step['cost']:,} gas"
    if step["warmth"]:
        price += f", {step['warmth']}"
    if step["handed"]:
        price += f", {step['handed']:,} handed over"
    if step["error"]:
        price = f"{step['error']}, takes {step['cost']:,} gas"
    return f"{step['name']}{data} ({price})"


def tell_outcome(run: dict[str, Any]) -> str:
    """Return what the message came to, in a sentence."""
    outcome = run["outcome"]
    if outcome["success"] is None:
        return "the recording ends here, and the machine would go on."
    used = f"{outcome['used']:,} gas used"
    if outcome["refund"]:
        used += f", {outcome['refund']:,} to be refunded"
    if outcome["success"]:
        said = outcome["said"] or outcome["output"] or "nothing"
        return f"it returned {said}; {used}."
    said = f' "{outcome["said"]}"' if outcome["said"] else ""
    return f"it failed, {outcome['error']}{said}; {used}, all changes undone."


def describe_timetravel(picture: Picture) -> Twin:
    """Return a picture in words and tables."""
    deed = picture["deed"]
    paid = f", paying {deed['value']} wei" if deed["value"] != "0" else ""
    asked = deed["call"] or "no input"
    twin: list[str | Table] = [
        f"{deed['sender']} calls {deed['to']} with {asked}{paid}; "
        f"gas limit {picture['gas']:,}.",
    ]
    run = picture["run"]
    if run is None:
        twin += [
            picture["text"],
            "The run is shown once you have predicted or skipped.",
        ]
        return twin
    twin.append(summarize_timetravel(picture))
    if run["step"]:
        twin.append(f"It {run['step']['effect'] or 'cannot run'}.")
    lines = [
        (f"{'> ' if line['now'] else ''}{line['number']}", line["text"] or " ")
        for line in run["lines"]["rows"]
    ]
    twin.append(Table(run["lines"]["name"], ("line", "text"), tuple(lines)))
    rows = [_row(row, run["moment"]) for row in run["rows"]]
    if rows:
        head = ("step", "place", "instruction", "gas", "depth")
        twin.append(Table("Steps", head, tuple(rows)))
    stack = [(str(i), f"0x{w['hex']}") for i, w in enumerate(run["stack"]["words"])]
    if stack:
        caption = f"Stack, {run['stack']['size']} words, the top one first"
        twin.append(Table(caption, ("place", "word"), tuple(stack)))
    memory = [(str(row["offset"]), row["hex"]) for row in run["memory"]["rows"]]
    if memory:
        caption = f"Memory, {32 * run['memory']['total']:,} bytes"
        twin.append(Table(caption, ("from byte", "32 bytes"), tuple(memory)))
    twin += _describe_rest(run)
    return twin


def _row(row: dict[str, Any], moment: int) -> tuple[str, ...]:
    now = "> " if row["place"] == moment else ""
    name = f"{row['name']} {row['data']}".strip()
    price = f"{row['cost']:,} {row['warmth']}{row['error']}".strip()
    return f"{now}{row['place'] + 1}", str(row["pc"]), name, price, str(row["depth"])


def _describe_rest(run: dict[str, Any]) -> list[str | Table]:
    twin: list[str | Table] = []
    slots = [_slot(row) for row in run["storage"]["rows"]]
    if slots:
        head = ("slot", "before", "now", "state")
        twin.append(Table("Storage touched so far", head, tuple(slots)))
    calls = [_call(row) for row in run["calls"]["rows"]]
    columns = ("call", "of", "pays", "gas used", "comes to")
    twin.append(Table("Calls", columns, tuple(calls)))
    return twin


def _slot(row: dict[str, Any]) -> tuple[str, ...]:
    kept = "warm" if row["warm"] else "cold again"
    kept = "transient" if row["transient"] else kept
    name = row["name"] or row["slot"]
    return f"{row['contract']}: {name}", row["first"], row["now"], kept


def _call(row: dict[str, Any]) -> tuple[str, ...]:
    now = "> " if row["now"] else ""
    return (
        f"{now}{'. ' * (row['depth'] - 1)}{row['kind']}",
        f"{row['to']} {row['function']}".strip(),
        row["value"] or "nothing",
        "open" if row["used"] is None else f"{row['used']:,}",
        "ahead" if row["ahead"] else row["error"] or "succeeds",
    )
