"""How much to have when a period begins that cannot be refilled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import brentq

from dealwright.core.estimate import Estimate
from dealwright.supply.given import Given
from dealwright.supply.laws import DemandLaw, NormalDemand, likely_points

Floats = NDArray[np.float64]

LEVEL = 0.8
"""Probability that a period's cost lies between low and high."""


@dataclass(frozen=True, slots=True)
class StockLevel:
    """`units` to have when the period begins, and what follows from them.

    `cost` is the expected cost of left and of short units, in the unit of money the costs were given in, with
    the range that holds a single period's cost. `service_level` is the probability that nobody goes without;
    `fill_rate` the share of the demand that is met; `left` and `short` are expected units.
    """

    units: float
    cost: Estimate
    service_level: float
    fill_rate: float
    left: float
    short: float


def level_for_cost(law: DemandLaw, *, holding_cost: float, shortage_cost: float) -> StockLevel:
    """The stock of the least expected cost; a unit left costs `holding_cost`, a unit short `shortage_cost`.

    It serves everybody with probability shortage / (shortage + holding), or the next higher one that whole
    units allow. Both costs must be above 0; InputError tells all that is wrong.

    >>> level = level_for_cost(NormalDemand(120, 10), holding_cost=2, shortage_cost=18)
    >>> f"{level.units:.4f} units cost {level.cost.value:.4f}"
    '132.8155 units cost 35.0997'
    """
    _require_costs(holding_cost, shortage_cost)
    ratio = shortage_cost / (shortage_cost + holding_cost)
    return _judged(law, float(law.quantile(ratio)), holding_cost=holding_cost, shortage_cost=shortage_cost)


def level_for_service(
    law: DemandLaw, *, service_level: float, holding_cost: float, shortage_cost: float
) -> StockLevel:
    """The smallest stock that serves everybody with probability `service_level`, above 0 and below 1."""
    given = Given()
    given.number("service_level", service_level, high=1.0, is_open=True)
    _require_costs(holding_cost, shortage_cost, given=given)
    units = float(law.quantile(service_level))
    return _judged(law, units, holding_cost=holding_cost, shortage_cost=shortage_cost)


def level_for_fill_rate(
    law: DemandLaw, *, fill_rate: float, holding_cost: float, shortage_cost: float
) -> StockLevel:
    """The smallest stock that meets the share `fill_rate` of the demand, above 0 and below 1.

    Whole units, except under a normal law.
    """
    given = Given()
    given.number("fill_rate", fill_rate, high=1.0, is_open=True)
    _require_costs(holding_cost, shortage_cost, given=given)
    allowed_short = (1 - fill_rate) * law.mean
    if law.shortage(0.0) <= allowed_short:
        units = 0.0
    else:
        most = 1.0
        while law.shortage(most) > allowed_short:
            most *= 2
        units = float(brentq(lambda held: float(law.shortage(held)) - allowed_short, 0.0, most, xtol=1e-9))
        # The root may lie a hair's breadth above a whole number that is enough.
        units = units if isinstance(law, NormalDemand) else float(np.ceil(np.round(units, 6)))
    return _judged(law, units, holding_cost=holding_cost, shortage_cost=shortage_cost)


def judge_level(law: DemandLaw, units: float, *, holding_cost: float, shortage_cost: float) -> StockLevel:
    """What a given stock costs and serves; `units` is at least 0."""
    given = Given()
    given.number("units", units)
    _require_costs(holding_cost, shortage_cost, given=given)
    return _judged(law, units, holding_cost=holding_cost, shortage_cost=shortage_cost)


def cost_by_service(
    law: DemandLaw, service_levels: Sequence[float], *, holding_cost: float, shortage_cost: float
) -> pd.DataFrame:
    """What more service costs: one row per wanted level, in the order given.

    Columns: wanted, units, cost, low, high (of a single period's cost), service_level, fill_rate, left, short.
    """
    given = Given()
    wanted = given.array("service_levels", list(service_levels), (None,), high=1.0, is_open=True)
    _require_costs(holding_cost, shortage_cost, given=given)
    levels = [
        _judged(law, float(units), holding_cost=holding_cost, shortage_cost=shortage_cost)
        for units in law.quantile(wanted)
    ]
    return pd.DataFrame(
        {
            "wanted": wanted,
            "units": [level.units for level in levels],
            "cost": [level.cost.value for level in levels],
            "low": [level.cost.low for level in levels],
            "high": [level.cost.high for level in levels],
            "service_level": [level.service_level for level in levels],
            "fill_rate": [level.fill_rate for level in levels],
            "left": [level.left for level in levels],
            "short": [level.short for level in levels],
        }
    )


def shortage_cost_for(service_level: float, *, holding_cost: float) -> float:
    """What a missed unit is held to cost by whoever wants this service level.

    >>> round(shortage_cost_for(0.9, holding_cost=2.0), 9)
    18.0
    """
    given = Given()
    given.number("service_level", service_level, high=1.0, is_open=True)
    given.number("holding_cost", holding_cost, is_open=True)
    given.require()
    return holding_cost * service_level / (1 - service_level)


def _judged(law: DemandLaw, units: float, *, holding_cost: float, shortage_cost: float) -> StockLevel:
    short = float(law.shortage(units))
    left = units - law.mean + short
    asked = likely_points(law)
    spent = holding_cost * np.maximum(units - asked, 0.0) + shortage_cost * np.maximum(asked - units, 0.0)
    low, high = np.quantile(spent, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    expected = holding_cost * left + shortage_cost * short
    return StockLevel(
        units=units,
        cost=Estimate(expected, float(low), float(high), LEVEL, "newsvendor"),
        service_level=float(law.share_below(units)),
        # Where nothing is asked for, everything is met.
        fill_rate=1 - short / law.mean if law.mean > 0 else 1.0,
        left=left,
        short=short,
    )


def _require_costs(holding_cost: float, shortage_cost: float, *, given: Given | None = None) -> None:
    given = given or Given()
    given.number("holding_cost", holding_cost, is_open=True)
    given.number("shortage_cost", shortage_cost, is_open=True)
    given.require()
