"""Which products have more stock than they can sell by a date, and which remedy brings most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from dealwright.core.errors import InputError
from dealwright.core.estimate import Estimate
from dealwright.data import columns as c
from dealwright.supply.given import Given
from dealwright.supply.programme import Programme

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

LEVEL = 0.8
NODE_LIMIT = 100_000


@dataclass(frozen=True, slots=True, eq=False)
class Shelf:
    """Stock of n products, and D possible courses of demand over the T periods until the date.

    `demand` is (D, n, T) at the usual price; `on_hand` units, `price` a unit brings, `salvage` of a unit left
    at the date, and `holding` of a unit left at a period's end are (n,). What the stock once cost is spent
    whatever is done, and does not count.
    """

    demand: Floats
    on_hand: Floats
    price: Floats
    salvage: Floats
    holding: Floats

    @classmethod
    def of(
        cls,
        demand_draws: NDArray[np.generic],
        *,
        on_hand: ArrayLike,
        price: ArrayLike,
        salvage: ArrayLike = 0.0,
        holding: ArrayLike = 0.0,
    ) -> Shelf:
        """Read the arrays; one number stands for all products. InputError tells all that is wrong."""
        given = Given()
        demand = given.array("demand_draws", demand_draws, (None, None, None))
        n = demand.shape[1]
        on_hand, price, salvage, holding = (
            given.array(name, values, (n,), is_spread=True)
            for name, values in (
                ("on_hand", on_hand),
                ("price", price),
                ("salvage", salvage),
                ("holding", holding),
            )
        )
        given.rule(
            "salvage is above price for some product; then nothing should be sold before the date",
            is_kept=not (salvage > price).any(),
        )
        given.require()
        return cls(demand, on_hand, price, salvage, holding)

    def money(self, *, demand: Floats | None = None, price: Floats | None = None) -> Floats:
        """What selling on until the date brings, (D, n); at another demand or price, if given."""
        demand = self.demand if demand is None else demand
        price = self.price if price is None else price
        left = np.maximum(self.on_hand[:, None] - np.cumsum(demand, axis=2), 0.0)
        unsold = left[:, :, -1]
        sold = self.on_hand - unsold
        return np.asarray(price * sold + self.salvage * unsold - self.holding * left.sum(axis=2), dtype=np.float64)

    @property
    def excess(self) -> Floats:
        """Units left at the date, (D, n)."""
        return np.asarray(np.maximum(self.on_hand - self.demand.sum(axis=2), 0.0), dtype=np.float64)

    def excess_frame(self, skus: Sequence[str]) -> pd.DataFrame:
        """One row per product: units on hand, left at the date with bounds, and the probability of any left."""
        low, high = np.quantile(self.excess, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
        return pd.DataFrame(
            {
                c.SKU: list(skus),
                "on_hand": self.on_hand,
                "left": self.excess.mean(axis=0),
                "left_low": low,
                "left_high": high,
                "left_probability": (self.excess > 0).mean(axis=0),
            }
        )


@dataclass(frozen=True, slots=True)
class Option:
    """What one remedy would bring for each product: `value` over selling on, (D, n); `units` it moves, (n,).

    `words`, (n,), say what to do.
    """

    value: Floats
    units: Floats
    words: tuple[str, ...]


class Remedy(Protocol):
    """A way to get rid of stock."""

    kind: ClassVar[str]

    def option(self, shelf: Shelf) -> Option:
        """Its value for every product of the shelf; minus infinity where it cannot be had."""
        ...


@dataclass(frozen=True, slots=True)
class Advice:
    """What to do with one product, by its place; `kind` is "keep" where no remedy brings more than nothing.

    `value` is what it brings over selling on at the usual price; `gain_probability` the share of the draws in
    which it does bring more.
    """

    product: int
    kind: str
    words: str
    units: float
    value: Estimate
    gain_probability: float
    reason: str


@dataclass(frozen=True, slots=True)
class Remedied:
    """The chosen remedy of each product, and all that were weighed."""

    chosen: tuple[Advice, ...]
    options: tuple[Advice, ...]

    def to_frame(self, skus: Sequence[str], *, with_rejected: bool = False) -> pd.DataFrame:
        """One row per product, or per product and remedy."""
        rows = self.options if with_rejected else self.chosen
        return pd.DataFrame(
            {
                c.SKU: [skus[row.product] for row in rows],
                "action": [row.kind for row in rows],
                "words": [row.words for row in rows],
                c.UNITS: [row.units for row in rows],
                "value": [row.value.value for row in rows],
                "low": [row.value.low for row in rows],
                "high": [row.value.high for row in rows],
                "gain_probability": [row.gain_probability for row in rows],
                "reason": [row.reason for row in rows],
            }
        )


def choose_remedies(shelf: Shelf, remedies: Sequence[Remedy], *, most: Mapping[str, int] | None = None) -> Remedied:
    """For each product the remedy of the most expected value, if it has more than selling on.

    `most` limits how many products may get a kind of remedy (ten places on the start page); then products
    compete for them, and the sum of values is the largest possible.
    """
    if not remedies:
        raise InputError("remedies is empty; give at least one, like MarkDown")
    most = dict(most or {})
    kinds = [remedy.kind for remedy in remedies]
    given = Given()
    for kind, count in most.items():
        given.whole(f"most[{kind!r}]", count)
        if kind not in kinds:
            given.problems.append(str(InputError.unknown("remedy given", kind, kinds)))
    given.require()

    options = [remedy.option(shelf) for remedy in remedies]
    value = np.stack([option.value.mean(axis=0) for option in options], axis=1)
    chosen = _assigned(value, kinds, most) if most else np.where(value.max(axis=1) > 0, value.argmax(axis=1), -1)
    told = [
        [_advice(shelf, i, kind, option) for kind, option in zip(kinds, options, strict=True)]
        for i in range(len(shelf.on_hand))
    ]
    return Remedied(
        chosen=tuple(
            _decided(shelf, i, row, int(place)) for i, (row, place) in enumerate(zip(told, chosen, strict=True))
        ),
        options=tuple(advice for row in told for advice in row if np.isfinite(advice.value.value)),
    )


def _assigned(value: Floats, kinds: Sequence[str], most: Mapping[str, int]) -> Whole:
    """The remedy of each product, -1 for none, for the largest sum of values within the limits."""
    is_useful = value > 0
    programme = Programme()
    gain = np.where(is_useful, value, 0.0)
    takes = programme.columns(value.shape, cost=-gain, high=is_useful.astype(np.float64), is_whole=True)
    programme.at_most(1.0, takes, np.array(1.0))
    for kind, count in most.items():
        mine = takes[:, [place for place, other in enumerate(kinds) if other == kind]]
        programme.at_most(float(count), mine.reshape(1, -1), np.array(1.0))
    answer = programme.solve(node_limit=NODE_LIMIT)
    assert answer is not None, "doing nothing is always possible"
    taken = answer.x[takes] > 0.5
    return np.where(taken.any(axis=1), taken.argmax(axis=1), -1)


def _advice(shelf: Shelf, i: int, kind: str, option: Option) -> Advice:
    draws = option.value[:, i]
    if not np.isfinite(draws).all():
        value = Estimate(-np.inf, -np.inf, -np.inf, LEVEL, "cannot be had")
        return Advice(i, kind, option.words[i], 0.0, value, 0.0, "cannot be had for this product")
    value = Estimate.from_draws(draws, level=LEVEL, method="against selling on, draw by draw")
    share = float((draws > 0).mean())
    better = "brings more" if value.value > 0 else "brings no more"
    return Advice(
        product=i,
        kind=kind,
        words=option.words[i],
        units=float(option.units[i]),
        value=value,
        gain_probability=share,
        reason=f"{_excess_words(shelf, i)}; to {option.words[i]} {better} than selling on",
    )


def _decided(shelf: Shelf, i: int, row: Sequence[Advice], place: int) -> Advice:
    if place < 0:
        nothing = Estimate(0.0, 0.0, 0.0, LEVEL, "nothing is done")
        is_full = max(advice.value.value for advice in row) > 0
        why = (
            "the remedies that would help bring more for other products"
            if is_full
            else "no remedy is expected to bring more than selling on at the usual price"
        )
        return Advice(
            i, "keep", "sell on at the usual price", 0.0, nothing, 0.0, f"{_excess_words(shelf, i)}; {why}"
        )
    best = row[place]
    others = [advice for advice in row if advice is not best and np.isfinite(advice.value.value)]
    ahead = [advice for advice in others if advice.value.value > best.value.value]
    lesser = [advice for advice in others if advice.value.value <= best.value.value]
    why = f"to {best.words} brings more than selling on in {best.gain_probability:.0%} of the draws"
    if lesser:
        why += f", and more than to {max(lesser, key=lambda advice: advice.value.value).words}"
    if ahead:
        why += f"; to {ahead[0].words} would bring more, but other products need that more"
    return Advice(
        i,
        best.kind,
        best.words,
        best.units,
        best.value,
        best.gain_probability,
        f"{_excess_words(shelf, i)}; {why}",
    )


def _excess_words(shelf: Shelf, i: int) -> str:
    left = float(shelf.excess[:, i].mean())
    return f"about {left:,.0f} of {shelf.on_hand[i]:,.0f} units would be left"
