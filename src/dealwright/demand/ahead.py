"""What is known of the periods to be forecast: their promotions, usual prices and other drivers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from dealwright.data.panel import COMPETITOR, Panel
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
        """The `horizon` periods after the panel's last: no promotion, prices and drivers as they are now.

        Only the competitor is expected at its usual price: what it promotes now says nothing of later periods.
        """
        step = timedelta(days=panel.period_days)
        last = panel.starts[-1]
        return cls(
            starts=tuple(last + (k + 1) * step for k in range(horizon)),
            offers=Offers.none(len(panel.products), horizon),
            price=_held(panel.price, horizon),
            drivers={
                name: _held(_usual(values, panel.period_days) if name == COMPETITOR else values, horizon)
                for name, values in panel.drivers.items()
            },
        )

    def since(self, start: date) -> Ahead:
        """The periods from `start` on."""
        first = self.starts.index(start)
        rest = slice(first, None)
        offers = Offers(self.offers.depth[:, rest], self.offers.display[:, rest], self.offers.mailer[:, rest])
        drivers = {name: values[:, rest] for name, values in self.drivers.items()}
        return Ahead(self.starts[rest], offers, self.price[:, rest], drivers)


def _held(values: Floats, horizon: int) -> Floats:
    return np.repeat(values[:, -1:], horizon, axis=1)


def _usual(values: Floats, period_days: int) -> Floats:
    """The mean of the last year, (n, 1)."""
    return np.asarray(values[:, -max(365 // period_days, 1) :].mean(axis=1, keepdims=True))


def extended(panel: Panel, ahead: Ahead) -> Panel:
    """The panel followed by the periods of `ahead`, as if nothing was sold in them: for effects that reach over."""
    n, horizon = ahead.price.shape

    def then(known: Floats, coming: Floats) -> Floats:
        return np.concatenate([known, coming], axis=1)

    none, all_of_it = np.zeros((n, horizon)), np.ones((n, horizon), dtype=np.bool_)
    return replace(
        panel,
        starts=(*panel.starts, *ahead.starts),
        units=then(panel.units, none),
        revenue=then(panel.revenue, none * np.nan),
        list_value=then(panel.list_value, none * np.nan),
        price=then(panel.price, ahead.price),
        depth=then(panel.depth, ahead.offers.depth),
        display=then(panel.display, ahead.offers.display),
        mailer=then(panel.mailer, ahead.offers.mailer),
        is_active=np.concatenate([panel.is_active, all_of_it], axis=1),
        is_depth_known=np.concatenate([panel.is_depth_known, all_of_it], axis=1),
        availability=then(panel.availability, none + 1.0),
        drivers={name: then(values, ahead.drivers[name]) for name, values in panel.drivers.items()},
    )
