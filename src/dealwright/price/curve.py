"""How many units are wanted at a price, in every draw of what we believe."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from dealwright.core.errors import InputError
from dealwright.core.estimate import Estimate
from dealwright.price.given import Floats, refuse, wrong


class DemandCurve(Protocol):
    """Units wanted as a function of price.

    One draw is a curve taken for certain; many draws carry how unsure we are into every result.
    """

    def units(self, prices: Floats) -> Floats:
        """Units wanted at `prices` (P,) in every draw: (D, P), never below zero."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Linear:
    """intercept - slope * price, zero beyond the price that nobody pays; scalars or one number per draw.

    >>> Linear(1500, 10).units(np.array([75.0, 200.0]))
    array([[750.,   0.]])
    """

    intercept: float | Floats
    slope: float | Floats

    def __post_init__(self) -> None:
        refuse(wrong("intercept", self.intercept, least=0), wrong("slope", self.slope, above=0))

    @property
    def lines(self) -> tuple[Floats, Floats]:
        """Intercepts and slopes, each (D,)."""
        intercept, slope = np.broadcast_arrays(np.atleast_1d(self.intercept), np.atleast_1d(self.slope))
        return intercept.astype(np.float64), slope.astype(np.float64)

    def units(self, prices: Floats) -> Floats:
        """(D, P)."""
        intercept, slope = self.lines
        return np.maximum(intercept[:, None] - slope[:, None] * prices, 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class Isoelastic:
    """`base` units at the price `at`; one per cent less price sells `elasticity` per cent more.

    >>> Isoelastic(100, at=10, elasticity=2).units(np.array([5.0]))
    array([[400.]])
    """

    base: float | Floats
    at: float
    elasticity: float | Floats

    def __post_init__(self) -> None:
        refuse(
            wrong("base", self.base, least=0),
            wrong("the price `at`", self.at, above=0),
            wrong("elasticity", self.elasticity, above=0),
        )

    @property
    def terms(self) -> tuple[Floats, Floats]:
        """Base units and elasticities, each (D,)."""
        base, elasticity = np.broadcast_arrays(np.atleast_1d(self.base), np.atleast_1d(self.elasticity))
        return base.astype(np.float64), elasticity.astype(np.float64)

    def units(self, prices: Floats) -> Floats:
        """(D, P); prices are above zero."""
        refuse(wrong("prices", prices, above=0))
        base, elasticity = self.terms
        return np.asarray(base[:, None] * (np.asarray(prices) / self.at) ** -elasticity[:, None])


@dataclass(frozen=True, slots=True, eq=False)
class Tabulated:
    """Units wanted (D, P) at each price of a ladder (P,), as a demand model gives them; known nowhere else."""

    prices: Floats
    wanted: Floats

    def __post_init__(self) -> None:
        refuse(wrong("prices", self.prices, above=0), wrong("wanted", self.wanted, least=0))
        if np.ndim(self.wanted) != 2 or np.ndim(self.prices) != 1 or np.shape(self.wanted)[1] != len(self.prices):
            raise InputError(
                f"units wanted have shape {np.shape(self.wanted)}, prices {np.shape(self.prices)}; "
                "give a row per draw and a column per price"
            )
        if len(np.unique(self.prices)) != len(self.prices):
            raise InputError("a price stands twice in the table; give each price once")

    def units(self, prices: Floats) -> Floats:
        """(D, P); InputError for a price that is not in the table."""
        order = np.argsort(self.prices)
        known = np.asarray(self.prices, dtype=np.float64)[order]
        place = np.clip(np.searchsorted(known, prices), 0, len(known) - 1)
        strange = np.asarray(prices)[known[place] != prices]
        if strange.size:
            listed = ", ".join(f"{price:g}" for price in known)
            raise InputError(f"demand at the price {strange[0]:g} is not known; the table has {listed}")
        return np.asarray(np.asarray(self.wanted, dtype=np.float64)[:, order[place]])


@dataclass(frozen=True, slots=True)
class Goods:
    """What there is to sell: `stock` units (infinite: no limit).

    `unit_worth` (minor units) is what a unit is worth if it is not sold: what it would cost to buy if it need not
    be bought, what it would still fetch if it is already there.
    """

    stock: float = np.inf
    unit_worth: float = 0.0

    def __post_init__(self) -> None:
        refuse(
            wrong("stock", self.stock, least=0, may_be_infinite=True),
            wrong("unit_worth", self.unit_worth, least=0),
        )


def told(draws: Floats, *, level: float = 0.8) -> Estimate:
    """Mean of (D,) draws with its interval; one draw says that uncertainty was not given."""
    if len(draws) == 1:
        value = float(draws[0])
        return Estimate(value, value, value, level, "demand taken as certain")
    return Estimate.from_draws(draws, level=level, method="draws of demand")
