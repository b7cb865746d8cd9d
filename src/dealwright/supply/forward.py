"""How much to buy ahead while a supplier's deal lasts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dealwright.core.estimate import Estimate
from dealwright.supply.given import Given
from dealwright.supply.laws import DrawnDemand

Floats = NDArray[np.float64]

LEVEL = 0.8


@dataclass(frozen=True, slots=True)
class Deal:
    """A supplier's price for units bought now: from `minimum` units on, and no more than `limit`."""

    unit_cost: float
    minimum: int = 0
    limit: float = np.inf


@dataclass(frozen=True, slots=True)
class ForwardBuy:
    """Units to buy now, at which of the deals (None: at none), and what that saves.

    `saving` is over buying at the regular cost when needed; `left` are units not sold by the end of the
    horizon. `cover_periods` is how long what is bought lasts at the mean demand; `break_even_periods` how
    long a unit may lie until holding has eaten the deal.
    """

    deal: Deal | None
    units: int
    saving: Estimate
    left: Estimate
    cover_periods: float
    break_even_periods: float


def forward_buy(
    demand_draws: NDArray[np.generic],
    deals: Sequence[Deal],
    *,
    regular_cost: float,
    holding_cost: float,
    on_hand: float = 0.0,
    leftover_value: float = 0.0,
    pack: int = 1,
    storage: float = np.inf,
) -> ForwardBuy:
    """The purchase that saves most, exactly, for one product with demand draws (D, T) over coming periods.

    A unit bought now replaces one bought at `regular_cost` in the period it is sold; until then it costs
    `holding_cost` at the end of each period; unsold after T periods it is worth `leftover_value`. What is on
    hand is sold first. Each further unit lies longer, so savings rise to one peak and then fall. Whole packs;
    on hand and bought together fit into `storage`.

    >>> even = np.full((1, 6), 10.0)
    >>> bought = forward_buy(even, [Deal(unit_cost=97)], regular_cost=100, holding_cost=1)
    >>> bought.units, bought.saving.value  # a unit for 4 weeks ahead saves 3 and costs 3 to hold
    (30, 60.0)
    """
    given = Given()
    demand = given.array("demand_draws", demand_draws, (None, None))
    n_periods = demand.shape[1]
    regular = given.number("regular_cost", regular_cost, is_open=True)
    holding = given.number("holding_cost", holding_cost)
    held = given.number("on_hand", on_hand)
    leftover = given.number("leftover_value", leftover_value)
    pack = given.whole("pack", pack, low=1)
    room = float(given.array("storage", storage, (), may_be_infinite=True))
    _check_deals(given, deals, leftover=leftover, held_for=holding * n_periods)
    given.rule(
        f"leftover_value {leftover:g} is above regular_cost {regular:g}; leftovers cannot be worth more than new",
        is_kept=not leftover > regular,
    )
    given.require()

    wanted = np.cumsum(demand, axis=1)
    most = max(float(wanted[:, -1].max()) - held, max(deal.minimum for deal in deals), 0.0)
    n_packs = int(min(np.ceil(most / pack), max(room - held, 0.0) // pack))
    bought = pack * np.arange(n_packs + 1, dtype=np.float64)
    burden = _burden(wanted, bought, held=held, holding=holding, written_off=regular - leftover)

    best = ForwardBuy(None, 0, _nothing(), _nothing(), 0.0, 0.0)
    for deal in deals:
        off = regular - deal.unit_cost
        saving = off * bought - burden
        saving[(bought < deal.minimum) | (bought > deal.limit)] = -np.inf
        units = float(bought[int(np.argmax(saving))])
        if saving.max() > best.saving.value and units > 0:
            left = np.clip(held + units - wanted, 0.0, units)
            saved = off * units - holding * left.sum(axis=1) - (regular - leftover) * left[:, -1]
            best = ForwardBuy(
                deal=deal,
                units=int(units),
                saving=_estimate(saved),
                left=_estimate(left[:, -1]),
                cover_periods=units / float(demand.mean()) if demand.any() else np.inf,
                break_even_periods=off / holding if holding > 0 else np.inf,
            )
    return best


def _check_deals(given: Given, deals: Sequence[Deal], *, leftover: float, held_for: float) -> None:
    """`held_for` is what a unit costs that lies until the end."""
    given.rule("deals is empty; give at least one Deal", is_kept=len(deals) > 0)
    for i, deal in enumerate(deals):
        name = f"deals[{i}]"
        cost = given.number(f"{name}.unit_cost", deal.unit_cost)
        given.whole(f"{name}.minimum", deal.minimum)
        given.array(f"{name}.limit", deal.limit, (), may_be_infinite=True)
        given.rule(
            f"{name}: a unit never sold brings leftover_value {leftover:g}, more than it costs to buy and hold; "
            "lower leftover_value or raise holding_cost",
            is_kept=not leftover > cost + held_for,
        )


def buying_curve(
    demand_draws: NDArray[np.generic],
    units: ArrayLike,
    *,
    deal_cost: float,
    regular_cost: float,
    holding_cost: float,
    on_hand: float = 0.0,
    leftover_value: float = 0.0,
) -> Floats:
    """Expected saving of buying so many units ahead, one for each of `units`."""
    given = Given()
    demand = given.array("demand_draws", demand_draws, (None, None))
    bought = given.array("units", units, (None,))
    for name, value in (
        ("deal_cost", deal_cost),
        ("regular_cost", regular_cost),
        ("holding_cost", holding_cost),
        ("on_hand", on_hand),
        ("leftover_value", leftover_value),
    ):
        given.number(name, value)
    given.require()
    wanted = np.cumsum(demand, axis=1)
    written_off = regular_cost - leftover_value
    return (regular_cost - deal_cost) * bought - _burden(
        wanted, bought, held=on_hand, holding=holding_cost, written_off=written_off
    )


def _burden(wanted: Floats, bought: Floats, *, held: float, holding: float, written_off: float) -> Floats:
    """Expected cost of holding and writing off what was bought, for each amount; `wanted` cumulates demand."""
    n_periods = wanted.shape[1]
    burden = np.zeros_like(bought)
    for t in range(n_periods):
        law = DrawnDemand(wanted[:, t])
        # E (x - D)+ = x - E D + E (D - x)+; what would lie there anyway is not this purchase's.
        stock = held + bought
        left = stock - law.mean + law.shortage(stock)
        anyway = held - law.mean + float(law.shortage(held))
        burden += (holding + (written_off if t == n_periods - 1 else 0.0)) * (left - anyway)
    return burden


def _estimate(draws: Floats) -> Estimate:
    return Estimate.from_draws(draws, level=LEVEL, method="demand draws")


def _nothing() -> Estimate:
    return Estimate(0.0, 0.0, 0.0, LEVEL, "nothing is bought")
