"""What the reentrancy film shows of a state, as data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minichain.contracts.descent import LOCK
from minichain.units import ETHER
from minichain.widgets.film_case import THIEF, VAULT
from minichain.widgets.film_shots import OUT_OF_GAS, Books, Film, Shot

if TYPE_CHECKING:
    from minichain.widgets.film import FilmState

CHOICES = (
    "once: the ether that he deposited",
    "again and again, until the vault cannot pay any more",
    "not at all: the gas runs out, and all of it is undone",
    "not at all: his second call is refused, and all of it is undone",
    "again and again, until calls are nested 1,024 deep",
)
"""Answers to pick from."""

ANSWERS = {"once": 0, "money": 1, "gas": 2, "order": 3, "lock": 3}
"""Which of them an ending is."""

HABITS = {
    "pays-first": "The vault pays first, and notes afterwards that it has paid",
    "notes-first": "The vault notes first that it pays, and pays then",
    "locked": "The vault pays first and notes afterwards, behind a lock",
}
"""What each vault does."""

WHO = {"Alice": "The thief", "Thief": "The thief's contract", "Vault": "The vault"}
"""What the recording's names are called here."""


REFUSALS = {OUT_OF_GAS: "the gas is used up", LOCK: "the vault is locked"}
"""What is said of why a frame fails, where it gives no reason itself."""


def draw_question(state: FilmState) -> dict[str, Any]:
    """Return the question, and its answer once the learner has guessed."""
    shown = state.film
    answer = ANSWERS[shown.ending]
    guess = ""
    if state.prediction.guess is not None:
        guess = "Right. " if state.prediction.guess == answer else "Not so. "
    return state.prediction.picture(
        f"{HABITS[state.vault]}. Bob has put {state.others} ether into it. The thief's "
        f"contract deposits {state.stake} ether, withdraws, and withdraws again "
        f"whenever it is paid; it has {state.gas:,} gas. How often is it paid?",
        high=len(CHOICES) - 1,
        choices=CHOICES,
        answer=answer,
        verdict=f"{guess}{tell_ending(state, shown)}",
    )


def tell_ending(state: FilmState, shown: Film) -> str:
    """Return how often the thief is paid, and what ends it."""
    times = _times(shown.payments)
    last = shown.shots[-1].after
    if shown.ending == "money":
        return (
            f"The thief is paid {times}, {_ether(shown.payments * state.stake * ETHER)}"
            f" in all. He stops when the vault holds {_ether(last.holds)}, less than "
            f"the {state.stake} he asks for. The depth of calls never stops him: each "
            "call keeps back a 64th of the gas, so that gas is gone long before."
        )
    if shown.ending == "once":
        rest = f"the {_ether(last.holds)} left" if last.holds else "an empty vault"
        return f"The thief is paid once: {rest} cannot pay {state.stake} again."
    why = {
        "gas": f"After being paid {times} the gas is used up",
        "order": "The second withdrawal finds nothing noted for him",
        "lock": "The second withdrawal finds the vault locked",
    }[shown.ending]
    return f"{why}. The frame that fails makes each that called it fail: all is undone."


def draw_film(state: FilmState) -> dict[str, Any]:
    """Return the strip, and the present shot in full."""
    shown = state.film
    short = [i for i, shot in enumerate(shown.shots) if shot.after.is_short]
    return {
        "shots": [
            _draw_shot(shown, place, shot, broken=short[:1] == [place])
            for place, shot in enumerate(shown.shots)
        ],
        "shot": state.shot,
        "source": _draw_source(shown, shown.shots[state.shot]),
        "broken": short[0] if short else None,
        "most": (state.stake + state.others),
        "payments": shown.payments,
        "kept": shown.kept,
        "ending": shown.ending,
        "told": tell_ending(state, shown),
        "used": shown.recording.calls[0].gas_used,
    }


def _draw_shot(shown: Film, place: int, shot: Shot, *, broken: bool) -> dict[str, Any]:
    call = shown.recording.calls[shot.place]
    run = shown.run
    caller, to = (WHO[run.name(who)] for who in (call.caller, call.address))
    function = run.function(call.address, call.data)
    lines = shown.lines_of(shot)
    paid = call.value if shot.kind == "call" else 0
    return {
        "place": place,
        "kind": shot.kind,
        "caller": caller,
        "to": to,
        "function": {"default": "__default__()", "": ""}.get(function, f"{function}()"),
        "value": _ether(paid) if paid else "",
        "depth": call.depth,
        "waiting": shown.waiting(shot),
        "before": _draw_books(shot.before),
        "after": _draw_books(shot.after),
        "broken": broken,
        "refusal": shot.refusal,
        "line": lines[-1] if lines else None,
        "told": _tell(shown, shot, broken=broken),
    }


def _draw_books(books: Books) -> dict[str, Any]:
    return {
        "bob": books.bob // ETHER,
        "thief": books.thief // ETHER,
        "owes": books.owes // ETHER,
        "holds": books.holds // ETHER,
        "spoils": books.spoils // ETHER,
        "short": books.is_short,
    }


def _tell(shown: Film, shot: Shot, *, broken: bool) -> str:
    """Return what happens in a shot."""
    call = shown.recording.calls[shot.place]
    paid = _ether(call.value)
    told = f"The spoils, {paid}, go to the thief himself."
    if shot.kind == "undone":
        told = (
            "Each frame that waited fails as well. The deposit, the payments and the "
            "notes are undone: the books and the money are what they were."
        )
    elif shot.refusal:
        told = f"The frame fails here: {REFUSALS.get(shot.refusal, shot.refusal)}."
    elif shot.kind == "back":
        told = "A withdrawal that waited goes on, and only now notes the payment: 0."
        if shot.before.thief == shot.after.thief:
            told += " 0 is noted already: all the payments were for one note."
    elif call.depth == 1:
        told = f"The thief calls a contract of his own and gives it {paid}."
    elif call.address == VAULT and call.value:
        told = f"The vault receives {paid} and notes as much."
    elif call.address == VAULT:
        told = _tell_withdrawal(shot.before, shot.after)
    elif call.address == THIEF:
        again = any(c.parent == shot.place for c in shown.recording.calls)
        told = f"Being paid {paid} runs the thief's code. "
        told += f"It {'withdraws again' if again else 'finds too little and stops'}."
        if broken:
            owes, holds = _ether(shot.after.owes), _ether(shot.after.holds)
            told += (
                " Here the books and the money part: "
                f"the vault owes {owes} and holds {holds}."
            )
    return told


def _tell_withdrawal(before: Books, after: Books) -> str:
    noted = _ether(before.thief)
    if after.thief < before.thief:
        return f"The vault finds {noted} noted, notes 0, and then pays."
    if before.is_short:
        return f"The vault finds {noted} noted still, has paid it, and pays again."
    return f"The vault finds {noted} noted, and pays before it notes anything."


def _draw_source(shown: Film, shot: Shot) -> dict[str, Any]:
    """Return the function that runs in a shot, with the lines that ran."""
    call = shown.recording.calls[shot.place]
    home = shown.run.home(call.code_address)
    ran = shown.lines_of(shot)
    if home is None or not ran:
        return {"name": WHO[shown.run.name(call.code_address)], "rows": []}
    text = home.source.text.splitlines()
    first = last = ran[-1]
    while first > 1 and text[first - 2]:
        first -= 1
    while last < len(text) and text[last]:
        last += 1
    rows = [
        {
            "number": number,
            "text": text[number - 1],
            "ran": number in ran,
            "now": number == ran[-1],
        }
        for number in range(first, last + 1)
    ]
    return {"name": WHO[home.source.name], "rows": rows}


def _times(count: int) -> str:
    return {0: "not once", 1: "once", 2: "twice"}.get(count, f"{count} times")


def _ether(wei: int) -> str:
    return f"{wei / ETHER:g} ether"
