"""What is known of the periods to be forecast: their promotions, usual prices and other drivers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from dealwright.data.panel import Panel
from dealwright.demand.features import Offers

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Ahead:
    """The plan for n series over H periods; every array is (n, H).

    `starts` are the first days of the periods, the first of them the one after the last period known. `price` is
    the usual price in minor units; `drivers` are those of `Panel.drivers`.
    """

    starts: tuple[date, ...]
    offers: Offers
    price: Floats
    drivers: Mapping[str, Floats]

    @property
    def n_periods(self) -> int:
        """H."""
        return len(self.starts)

    @classmethod
    def of(cls, panel: Panel, origin: date, horizon: int) -> Ahead:
        """What a plan made at `origin` knew of the `horizon` periods from it on: all but what was sold."""
        first = panel.starts.index(origin)
        window = slice(first, first + horizon)
        return cls(
            starts=panel.starts[window],
            offers=Offers(panel.depth[:, window], panel.display[:, window], panel.mailer[:, window]),
            price=panel.price[:, window],
            drivers={name: values[:, window] for name, values in panel.drivers.items()},
        )

    @classmethod
    def undisturbed(cls, panel: Panel, horizon: int) -> Ahead:
        """The `horizon` periods after the panel's last: no promotion, prices and drivers as they are now."""
        step = timedelta(days=panel.period_days)
        last = panel.starts[-1]
        return cls(
            starts=tuple(last + (k + 1) * step for k in range(horizon)),
            offers=Offers.none(len(panel.products), horizon),
            price=_held(panel.price, horizon),
            drivers={name: _held(values, horizon) for name, values in panel.drivers.items()},
        )


def _held(values: Floats, horizon: int) -> Floats:
    return np.repeat(values[:, -1:], horizon, axis=1)
