"""How to split a marketing budget over channels, and when not to spend all of it.

Money goes where one unit more brings most, until it would bring less than it costs. Channels of concave response
are split exactly at one price of money; S-shaped ones on a grid of amounts, with a bound on what the grid misses.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dealwright.core.errors import InfeasibleError, InputError
from dealwright.reach.response import Floats, LogResponse, Response

_HALVINGS = 200
_PROBES = 257  # points at which a response is looked at for falls and S shapes


@dataclass(frozen=True, slots=True)
class Channel:
    """A way to spend: its `response`, in the unit of the spending, and the least and most it takes."""

    name: str
    response: Response
    least: float = 0.0
    most: float = math.inf

    def __post_init__(self) -> None:
        if not (0 <= self.least <= self.most and math.isfinite(self.least)):
            raise InputError(f"{self.name}: limits must be 0 <= least <= most; given {self.least} and {self.most}")


@dataclass(frozen=True, slots=True)
class BudgetSplit:
    """`spend` (C,) per channel, in their order; `gross` margin they bring; `net` is `gross` less the spending.

    `marginal` (C,): gross margin of one unit more. `price`: net margin that one more unit of budget would bring;
    0 if not all is spent. No split nets more than `bound`.
    """

    names: tuple[str, ...]
    spend: Floats
    gross: float
    marginal: Floats
    price: float
    bound: float

    @property
    def spent(self) -> float:
        """The sum over channels."""
        return float(self.spend.sum())

    @property
    def net(self) -> float:
        """What is left of the gross margin."""
        return self.gross - self.spent

    @property
    def gap(self) -> float:
        """How much better a split could be at most, relative to this one's net."""
        return max(self.bound - self.net, 0.0) / max(abs(self.net), 1e-9)


def split_budget(channels: Sequence[Channel], budget: float) -> BudgetSplit:
    """The split with the highest net margin; all channels must have concave responses.

    Closed form for logarithmic responses, bisection on the marginal for others. Spends less than the budget if
    the last unit would not pay for itself. Raises InputError for an S-shaped response (use `split_on_grid`), a
    budget that is not above zero, or no channels; InfeasibleError if least amounts exceed the budget.
    """
    _require(channels, budget)
    bent = [channel.name for channel in channels if not _is_concave(channel, budget)]
    if bent:
        raise InputError(f"the response of {', '.join(bent)} is S-shaped, not concave; use split_on_grid")
    low, high = 1.0, 1.0
    spend = _at_price(channels, low, budget)
    if spend.sum() > budget:
        while _at_price(channels, high, budget).sum() > budget:
            high *= 2.0
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            if not low < middle < high:
                break
            if _at_price(channels, middle, budget).sum() > budget:
                low = middle
            else:
                high = middle
        spend = _closed(_at_price(channels, high, budget), _at_price(channels, low, budget), budget)
    price = high - 1.0
    # At any price of money from zero up, net value with the money priced bounds every split.
    free = _at_price(channels, 1.0 + price, budget)
    bound = sum(_gross(channels, free)) - (1.0 + price) * float(free.sum()) + price * budget
    return _told(channels, spend, price, bound)


def split_on_grid(channels: Sequence[Channel], budget: float, *, step: float | None = None) -> BudgetSplit:
    """The split with the highest net margin among amounts that are whole multiples of `step`, for any response; a
    thousandth of the budget if None.

    Dynamic programming over channels, exact on the grid. `bound` holds for every amount, not only the grid's: a
    split rounded up to the grid brings no less and costs at most a step per channel more, all within a budget that
    is as many steps larger. Least and most of a channel are rounded inwards to the grid. The work grows with the
    square of budget / step.
    """
    _require(channels, budget)
    step = budget / 1000 if step is None else step
    if not (math.isfinite(step) and 0 < step <= budget):
        raise InputError(f"step is {step}; it must be above 0 and at most the budget {budget}")
    falling = [channel.name for channel in channels if (np.diff(_probed(channel, budget)) < -1e-9).any()]
    if falling:
        raise InputError(f"the response of {', '.join(falling)} falls with spending; a bound needs one that rises")
    n_steps = _floor(budget / step)
    steps = _best_steps(channels, n_steps, step)
    if steps is None:
        raise InfeasibleError([f"a grid of {step:g}", *_least_labels(channels, budget)])
    relaxed = _table(channels, n_steps + len(channels) + 1, step, is_outward=True)[-1]
    bound = float(relaxed.max()) + step * len(channels)
    spend = steps * step
    net = sum(_gross(channels, spend)) - float(spend.sum())
    next_net = _table(channels, n_steps + 1, step)[-1].max()
    return _told(channels, spend, max(float(next_net) - net, 0.0) / step, max(bound, net))


def _require(channels: Sequence[Channel], budget: float) -> None:
    problems = []
    if not channels:
        problems.append("there are no channels; give at least one")
    if not (math.isfinite(budget) and budget > 0):
        problems.append(f"the budget is {budget}; it must be a number above 0. To spend nothing, ask for no split")
    names = [channel.name for channel in channels]
    if len(set(names)) < len(names):
        problems.append(f"channels share a name: {', '.join(names)}; give each its own")
    if problems:
        raise InputError(*problems)
    if sum(channel.least for channel in channels) > budget:
        raise InfeasibleError(_least_labels(channels, budget))


def _least_labels(channels: Sequence[Channel], budget: float) -> list[str]:
    leasts = [f"at least {channel.least:g} on {channel.name}" for channel in channels if channel.least > 0]
    return [f"a budget of {budget:g}", *leasts]


def _probed(channel: Channel, budget: float) -> Floats:
    return channel.response.value(np.linspace(0.0, min(channel.most, 2.0 * budget), _PROBES))


def _is_concave(channel: Channel, budget: float) -> bool:
    value = _probed(channel, budget)
    slack = 1e-9 * max(float(np.abs(value).max()), 1e-9)
    return bool((np.diff(value, n=2) <= slack).all())


def _at_price(channels: Sequence[Channel], price: float, budget: float) -> Floats:
    """(C,): what each channel takes if money costs `price` a unit."""
    return np.array([_taken(channel, price, budget) for channel in channels])


def _taken(channel: Channel, price: float, budget: float) -> float:
    # Twice the budget, so that a channel that takes all of it still tells what it would do with more.
    low, high = channel.least, max(min(channel.most, 2.0 * budget), channel.least)
    if isinstance(channel.response, LogResponse):
        return min(max(channel.response.scale / price - channel.response.half, low), high)

    def brings(spend: float) -> float:
        return float(channel.response.marginal(np.array([spend]))[0])

    if brings(low) <= price:
        return low
    if brings(high) >= price:
        return high
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if not low < middle < high:
            break
        low, high = (middle, high) if brings(middle) > price else (low, middle)
    return low


def _closed(below: Floats, above: Floats, budget: float) -> Floats:
    """Between two neighbouring prices: where a response is straight, amounts jump, and the rest is shared out."""
    jump = above - below
    total = float(jump.sum())
    if total <= 0:
        return below
    return np.asarray(below + jump * min(max((budget - float(below.sum())) / total, 0.0), 1.0))


def _gross(channels: Sequence[Channel], spend: Floats) -> list[float]:
    return [
        float(channel.response.value(np.array([amount]))[0])
        for channel, amount in zip(channels, spend, strict=True)
    ]


def _told(channels: Sequence[Channel], spend: Floats, price: float, bound: float) -> BudgetSplit:
    marginal = [
        float(channel.response.marginal(np.array([amount]))[0])
        for channel, amount in zip(channels, spend, strict=True)
    ]
    names = tuple(channel.name for channel in channels)
    return BudgetSplit(names, spend, sum(_gross(channels, spend)), np.array(marginal), price, bound)


def _floor(ratio: float) -> int:
    return math.floor(ratio + 1e-9)  # 0.3 / 0.1 = 2.9999999999999996 is three steps


def _net_on_grid(channel: Channel, n_steps: int, step: float, *, is_outward: bool) -> Floats:
    """(n_steps + 1,): net margin at 0, 1, 2 ... steps; -inf where the channel does not take the amount."""
    amounts = step * np.arange(n_steps + 1)
    least = channel.least
    # Outwards, an amount within the limits that is rounded up to the grid is still among the amounts.
    most = channel.most + step * is_outward if math.isfinite(channel.most) else channel.most
    is_taken = (amounts >= least - 1e-9 * step) & (amounts <= most + 1e-9 * step)
    return np.where(is_taken, channel.response.value(np.asarray(amounts, dtype=np.float64)) - amounts, -np.inf)


def _table(channels: Sequence[Channel], n_steps: int, step: float, *, is_outward: bool = False) -> list[Floats]:
    """After each channel, the best net margin (n_steps + 1,) that exactly so many steps bring."""
    best = np.full(n_steps + 1, -np.inf)
    best[0] = 0.0
    tables = [best]
    for channel in channels:
        own = _net_on_grid(channel, n_steps, step, is_outward=is_outward)
        best = np.array([(best[: k + 1] + own[k::-1]).max() for k in range(n_steps + 1)])
        tables.append(best)
    return tables


def _best_steps(channels: Sequence[Channel], n_steps: int, step: float) -> Floats | None:
    """(C,): how many steps each channel gets; the fewest among equals. None if no amount on the grid fits."""
    tables = _table(channels, n_steps, step)
    left = int(tables[-1].argmax())
    if not np.isfinite(tables[-1][left]):
        return None
    steps = np.zeros(len(channels))
    for c in reversed(range(len(channels))):
        own = _net_on_grid(channels[c], n_steps, step, is_outward=False)
        taken = int((tables[c][: left + 1] + own[left::-1]).argmax())  # steps of the channels before
        steps[c] = left - taken
        left = taken
    return steps
