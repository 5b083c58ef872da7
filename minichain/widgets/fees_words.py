"""What the fee market shows, told in words and tables."""

from typing import Any

from minichain.units import GWEI
from minichain.widgets.base import Picture, Table, Twin
from minichain.widgets.fees_story import YOUR_GAS

NAMES = ("Base fee and tips", "Auction")
"""The two sets of rules."""


def tell_gwei(wei: int | None) -> str:
    """Return wei a gas in gwei, with as many digits as tell something."""
    if wei is None:
        return "nothing yet"
    gwei = wei / GWEI
    return f"{gwei:,.0f} gwei" if gwei >= 100 else f"{gwei:.2f} gwei"


def tell_ether(wei: int) -> str:
    """Return wei in ether."""
    return f"{wei / 10**18:,.2f} ether"


def _tell_hundredths(count: int | None) -> str:
    return "nothing yet" if count is None else f"{count / 100:.2f}"


def _tell_share(parts: int | None) -> str:
    return "nothing yet" if parts is None else f"{parts / 100:.1f} %"


SUMS: tuple[tuple[str, str, Any], ...] = (
    ("price of a gas, on average", "price", tell_gwei),
    ("paid in all", "paid", tell_ether),
    ("burnt", "burnt", tell_ether),
    ("to the builders", "tips", tell_ether),
    ("paid above the lowest in the block", "overpaid", _tell_share),
    ("blocks waited, on average", "waited", _tell_hundredths),
    ("users served", "served", str),
    ("users who gave up", "gave_up", str),
    ("users who still wait", "waiting", str),
)
"""Figures to compare: their names, their keys, and how they are told."""


def summarize_fees(picture: Picture) -> str:
    """Return one sentence on the last block, or on the rule."""
    if picture["tab"] == "rule":
        rule = picture["rule"]
        return (
            f"A block that uses {rule['gas']:,} gas takes the base fee from "
            f"{rule['fee']:,} to {rule['next']:,} wei."
        )
    fee = tell_gwei(picture["next_fee"])
    if not picture["chart"]:
        return f"No block is sold yet. The base fee is {fee}."
    last = picture["chart"][-1]
    return (
        f"Block {last['block']} sold {last['gas']:,} of {picture['limit']:,} gas at a "
        f"base fee of {tell_gwei(last['fee'])}; the next is {fee}."
    )


def describe_fees(picture: Picture) -> Twin:
    """Return a picture in words and tables."""
    if picture["tab"] == "rule":
        return _describe_rule(picture)
    mint = f"; a mint adds {picture['mint_load']} %" if picture["mint"] else ""
    twin: list[str | Table] = [
        f"Gas wanted: {picture['load']} % of the target{mint}. Users tip "
        f"{picture['tip']} gwei. {summarize_fees(picture)}"
    ]
    if picture["rest"] is not None:
        rest = tell_gwei(picture["rest"])
        twin.append(f"With so many users the base fee comes to rest near {rest}.")
    if picture["blocks"]:
        twin += [_describe_sums(picture), _describe_chart(picture)]
        for name, last in zip(NAMES, picture["last"], strict=True):
            prices = last["prices"]
            if prices:
                twin.append(
                    f"{name}: the last block served {len(prices)} users, for "
                    f"{tell_gwei(prices[-1])} to {tell_gwei(prices[0])} a gas."
                )
    order = picture["order"]
    when = "goes out before the next block" if order["sent"] else "is not sent"
    twin.append(
        f"Your order, {YOUR_GAS:,} gas for at most {order['fee']} gwei with a tip of "
        f"{order['tip']}, {when}."
    )
    if picture["orders"]:
        rows = [
            (
                f"before block {o['block']}",
                f"{o['fee']} gwei",
                *(
                    f"block {got['block']}, {tell_gwei(got['price'])}"
                    if got
                    else "waits"
                    for got in o["got"]
                ),
            )
            for o in picture["orders"]
        ]
        head = ("sent", "at most", *(name.lower() for name in NAMES))
        twin.append(Table("Your orders", head, tuple(rows)))
    return twin


def _describe_sums(picture: Picture) -> Table:
    rows = tuple(tuple(row) for row in picture["figures"])
    return Table("The same users under both", ("figure", *NAMES), rows)


def _describe_chart(picture: Picture) -> Table:
    rows = [
        (
            str(at["block"]) + (", mint" if at["mint"] else ""),
            tell_gwei(at["fee"]),
            f"{at['gas']:,}",
            tell_gwei(at["bid"]),
        )
        for at in picture["chart"][-12:]
    ]
    head = ("block", "base fee", "gas used", "average price in the auction")
    return Table("The last blocks", head, tuple(rows))


def _describe_rule(picture: Picture) -> Twin:
    rule = picture["rule"]
    twin: list[str | Table] = [
        f"{summarize_fees(picture)} The limit is {picture['limit']:,} gas, the target "
        f"{picture['target']:,}."
    ]
    if rule["ladder"]:
        rows = [
            (str(n), f"{fee:,}", f"{fee / rule['fee']:.3f}")
            for n, fee in rule["ladder"]
        ]
        head = ("blocks", "base fee in wei", "times the first")
        twin.append(Table("If every block used as much", head, tuple(rows)))
    if rule["tenfold"]:
        twin.append(f"Ten times the fee takes {rule['tenfold']} such blocks.")
    return twin
