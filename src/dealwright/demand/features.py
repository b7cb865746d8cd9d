"""What moves demand, laid out as arrays: the offer of a week, its pressure on neighbours, season, holidays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from dealwright.data.calendar import holiday_weeks
from dealwright.data.panel import Panel

Floats = NDArray[np.float64]

N_HARMONICS = 2
"""Sines and cosines of the year; two follow a season and leave single weeks to holidays and chance."""
LEAST_AVAILABILITY = 0.05


@dataclass(frozen=True, slots=True)
class Offers:
    """The promotion state of n products over T weeks; each array is (n, T), shares between 0 and 1."""

    depth: Floats
    display: Floats
    mailer: Floats

    @classmethod
    def of(cls, panel: Panel) -> Offers:
        """What the panel's products were offered at."""
        return cls(panel.depth, panel.display, panel.mailer)

    @classmethod
    def none(cls, n: int, n_weeks: int) -> Offers:
        """No promotion at all."""
        return cls(*(np.zeros((n, n_weeks)) for _ in range(3)))

    @property
    def log_price_cut(self) -> Floats:
        """-log(1 - depth): the log of usual over promoted price."""
        return np.asarray(-np.log1p(-self.depth), dtype=np.float64)


def calendar_features(weeks: Sequence[date], names: Sequence[str], *, country: str) -> Floats:
    """Season and holidays of each week, shape (2 * N_HARMONICS + len(names), T).

    `names` are the holidays that get a row, as given by `known_holidays`; others are ignored.
    """
    angle = np.array([2 * np.pi * week.timetuple().tm_yday / 365.25 for week in weeks])
    waves = [wave(k * angle) for k in range(1, N_HARMONICS + 1) for wave in (np.sin, np.cos)]
    found, touch = holiday_weeks(weeks, country=country)
    rows = [touch[found.index(name)] if name in found else np.zeros(len(weeks)) for name in names]
    return np.array(waves + rows)


def known_holidays(weeks: Sequence[date], *, country: str) -> list[str]:
    """Holidays whose effect `weeks` can teach: they touch at least one of them fully."""
    found, touch = holiday_weeks(weeks, country=country)
    return [name for name, row in zip(found, touch, strict=True) if row.max() >= 0.5]


def base_shares(panel: Panel) -> Floats:
    """Each series' share of its market's units, shape (n,)."""
    own = panel.units.sum(axis=1)
    total = panel.market_units.sum(axis=1)[panel.market_of]
    return np.asarray(np.clip(own / np.maximum(total, own + 1e-9), 0.0, 1.0), dtype=np.float64)


def neighbour_gain(gain: Floats, shares: Floats, market_of: NDArray[np.int64]) -> Floats:
    """Share-weighted relative gain of the *other* series of each one's market, shape as `gain`.

    `gain` is exp(lift) - 1 per product and week. Multiplied by the switching share it is the part of its own
    baseline that a product loses to promoted neighbours.
    """
    weighted = gain * shares[:, None]
    total = np.zeros((int(market_of.max()) + 1, gain.shape[1]))
    np.add.at(total, market_of, weighted)
    return np.asarray(total[market_of] - weighted, dtype=np.float64)


def support_share(by_price: Floats, by_support: Floats) -> Floats:
    """The share of a log lift that is owed to display and mailer, within 0 and 1; 0 where nothing is lifted."""
    lift = by_price + by_support
    return np.where(lift > 0, np.clip(by_support / np.where(lift > 0, lift, 1.0), 0.0, 1.0), 0.0)


def log_availability(panel: Panel) -> Floats:
    """Log of the share of the period on the shelf, (n, T)."""
    return np.asarray(np.log(np.maximum(panel.availability, LEAST_AVAILABILITY)))


def neighbours_missing(panel: Panel, shares: Floats) -> Floats:
    """Share of the market that is off the shelf, each series itself left out, (n, T)."""
    return neighbour_gain(1.0 - panel.availability, shares, panel.market_of)
