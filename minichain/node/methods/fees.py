"""Fees are what a sender should offer, judged by what others have paid.

References
----------
.. [1] Ethereum execution API specification: ``eth_feeHistory``.
"""

from bisect import bisect_left
from itertools import accumulate
from statistics import median_low
from typing import Any

from minichain.chain.execution import compute_base_fee
from minichain.evm.order import compute_gas_price
from minichain.ledger.block import Block
from minichain.node.failures import InvalidParameters
from minichain.node.hexadecimal import quantity, read_anything, read_list, read_number
from minichain.node.methods.table import Table, method
from minichain.node.node import Node
from minichain.units import GWEI

TABLE: Table = {}
"""The methods of this module."""

MAX_HISTORY = 1_024
"""Blocks that a history of fees tells of at most."""

MAX_PERCENTILES = 100
"""Percentiles that it tells for each block at most."""

LOOK_BACK = 20
"""Blocks whose tips make the suggestion."""

LEAST_TIP = GWEI
"""What is suggested where nobody pays tips, on a chain that burns fees."""


def suggest_tip(node: Node) -> int:
    """Return wei for each gas: the median of what the last blocks' tips were."""
    head = node.chain.head.number
    numbers = range(max(0, head - LOOK_BACK + 1), head + 1)
    tips = [tip for n in numbers for tip in list_tips(node.chain.block_at(n))]
    least = LEAST_TIP if node.chain.base_fee else 0
    return max(median_low(tips), least) if tips else least


def list_tips(block: Block) -> list[int]:
    """Return what each transaction of a block pays above the base fee, in wei a gas."""
    base_fee = block.commitment.base_fee_per_gas
    return [compute_gas_price(t, base_fee) - base_fee for t in block.transactions]


@method(TABLE, "eth_gasPrice")
def gas_price(node: Node) -> str:
    """Return a price that the next block takes."""
    return quantity(node.chain.base_fee + suggest_tip(node))


@method(TABLE, "eth_maxPriorityFeePerGas")
def priority_fee(node: Node) -> str:
    """Return a tip that the next block takes."""
    return quantity(suggest_tip(node))


@method(TABLE, "eth_feeHistory", read_number, read_anything, read_list, required=2)
def fee_history(
    node: Node, count: int, newest: Any, percentiles: list[Any] | None
) -> dict[str, Any]:
    """Return base fees, use of gas, and percentiles of tips, weighted by gas."""
    last = node.find_block(newest).number
    count = min(count, MAX_HISTORY, last + 1)
    wanted = _read_percentiles(percentiles or [])
    blocks = [node.chain.block_at(n) for n in range(last - count + 1, last + 1)]
    fees = [block.commitment.base_fee_per_gas for block in blocks]
    fees += [compute_base_fee(block.commitment) for block in blocks[-1:]]
    history: dict[str, Any] = {
        "oldestBlock": quantity(last - count + 1),
        "baseFeePerGas": [quantity(fee) for fee in fees],
        "gasUsedRatio": [
            block.commitment.gas_used / block.commitment.gas_limit for block in blocks
        ],
    }
    if percentiles is not None:
        history["reward"] = [
            [quantity(tip) for tip in _weigh(node, block, wanted)] for block in blocks
        ]
    return history


def _read_percentiles(values: list[Any]) -> list[float]:
    numbers = all(
        isinstance(v, int | float) and not isinstance(v, bool) for v in values
    )
    if (
        not numbers
        or len(values) > MAX_PERCENTILES
        or values != sorted(values)
        or not all(0 <= v <= 100 for v in values)
    ):
        limits = f"at most {MAX_PERCENTILES} numbers between 0 and 100 that rise"
        raise InvalidParameters(f"percentiles must be {limits}")
    return values


def _weigh(node: Node, block: Block, percentiles: list[float]) -> list[int]:
    gas = [receipt.gas_used for receipt in node.chain.receipts(block.hash)]
    pairs = sorted(zip(list_tips(block), gas, strict=True))
    if not pairs:
        return [0] * len(percentiles)
    sums = list(accumulate(used for _, used in pairs))
    last = len(pairs) - 1
    return [
        pairs[min(bisect_left(sums, sums[-1] * share / 100), last)][0]
        for share in percentiles
    ]
