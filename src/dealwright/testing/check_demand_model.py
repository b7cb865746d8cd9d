"""Whether a forecasting model keeps the promises of its protocol, told in a sentence when it does not."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dealwright.core.rng import stream
from dealwright.data import columns as c
from dealwright.data.panel import Panel
from dealwright.demand.ahead import Ahead
from dealwright.demand.features import Offers
from dealwright.demand.models.protocol import DemandModel

Floats = NDArray[np.float64]

N_PERIODS, HORIZON = 40, 4
N_KNOWN = N_PERIODS - HORIZON
LONG_HORIZON = 12
STOCK_OUT = 6
ORDER_TOLERANCE = 0.02
"""Share of all units by which forecasts may move when rows change places: trees break ties by what comes first."""
SCALE_TOLERANCE = 0.25
"""How far twice the sales may be from twice the forecast, as a share of it: counts of few units vary more."""


def check_demand_model(model: DemandModel) -> None:
    """AssertionError naming the broken promise, if `model` breaks one. Fits it a dozen times on a small panel.

    Promised: a finite, non-negative forecast of the right shape for every series, whatever it sold; the same for
    the same input, which is left as it was; nothing learnt from periods after the panel; stock-outs taken for
    unknown demand; twice the sales, about twice the forecast; series in any order; refresh with later periods.
    """
    assert model.name, "the model has no name"
    panel = sample_panel()
    known, ahead = first_periods(panel, N_KNOWN), Ahead.of(panel, panel.starts[N_KNOWN], HORIZON)
    forecast = model.fit(known).forecast(known, ahead)
    _check_values(model.name, forecast, (len(known.products), HORIZON))
    _check_input_is_kept(model, known, ahead)
    _check_later_periods_are_unknown(model, panel, forecast)
    _check_order(model, known, ahead, forecast)
    _check_scale(model, known, ahead, forecast)
    _check_stock_outs(model, known, ahead)
    _check_refresh(model, panel)
    for what, odd in odd_panels().items():
        plan = Ahead.undisturbed(odd, HORIZON)
        _check_values(f"{model.name}, {what}", model.fit(odd).forecast(odd, plan), (len(odd.products), HORIZON))


def sample_panel() -> Panel:
    """Sixteen products of two categories over 40 weeks: seasons, promotions, one driver, one rare seller."""
    rng = stream(7, "check demand model")
    n = 16
    level = np.geomspace(0.6, 400.0, n)[rng.permutation(n), None]
    depth = np.where(rng.random((n, N_PERIODS)) < 0.2, 0.25, 0.0)
    display = np.where(rng.random((n, N_PERIODS)) < 0.1, 0.8, 0.0)
    mailer = np.where(rng.random((n, N_PERIODS)) < 0.1, 1.0, 0.0)
    competitor = np.log(rng.uniform(0.9, 1.1, (n, N_PERIODS)))
    mean = level * np.exp(-2.0 * np.log1p(-depth) + 0.4 * display + 0.3 * mailer + 0.5 * competitor)
    units = rng.poisson(mean).astype(np.float64)
    return make_panel(units, depth=depth, display=display, mailer=mailer, drivers={"competitor": competitor})


def odd_panels() -> dict[str, Panel]:
    """Panels that are valid and awkward, by what is awkward about them."""
    steady = stream(8, "check demand model").poisson(20.0, (4, N_PERIODS)).astype(np.float64)
    late, gap, never, sold_out = (np.ones(steady.shape, dtype=np.bool_) for _ in range(4))
    late[0, :-1] = False
    gap[0, 5:30] = False
    never[0] = False
    sold_out[:, -6:] = False
    zeros, single = steady.copy(), steady.copy()
    zeros[0], single[0, :-1] = 0.0, 0.0
    unread = np.where(sold_out, steady, np.nan)
    return {
        "a series with one point": make_panel(steady, is_active=late),
        "a series that sold in its last period only": make_panel(single),
        "a series of zeros": make_panel(zeros),
        "only zeros": make_panel(np.zeros_like(steady)),
        "constant sales": make_panel(np.full_like(steady, 5.0)),
        "a long stretch off sale": make_panel(steady, is_active=gap),
        "a series never on sale": make_panel(steady, is_active=never),
        "everything sold out at the end, units not a number there": make_panel(unread, is_active=sold_out),
        "one period": make_panel(steady[:, :1]),
        "three periods": make_panel(steady[:, :3]),
        "one series": make_panel(steady[:1]),
        "very large sales": make_panel(steady * 1e6),
        "one extreme period": make_panel(_spiked(steady)),
        "days": make_panel(steady, period_days=1),
    }


def make_panel(
    units: Floats,
    *,
    depth: Floats | None = None,
    display: Floats | None = None,
    mailer: Floats | None = None,
    drivers: Mapping[str, Floats] | None = None,
    is_active: NDArray[np.bool_] | None = None,
    period_days: int = 7,
) -> Panel:
    """A panel of products at 5.00, in two categories by turns, on the given sales and promotions (n, T)."""
    n, n_periods = units.shape
    cut = np.zeros_like(units) if depth is None else depth
    category_of = np.arange(n) % 2
    sold = np.nan_to_num(units)
    market_units = np.stack([sold[category_of == k].sum(axis=0) for k in range(2)])
    first = date(2023, 1, 2)
    return Panel(
        products=pd.DataFrame(
            {
                c.SKU: [f"sku-{i}" for i in range(n)],
                c.NAME: [f"product {i}" for i in range(n)],
                c.CATEGORY: [("tea", "milk")[k] for k in category_of],
            }
        ),
        starts=tuple(first + timedelta(days=period_days * t) for t in range(n_periods)),
        period_days=period_days,
        units=units,
        revenue=np.where(sold > 0, sold * 500.0 * (1 - cut), np.nan),
        list_value=np.where(sold > 0, sold * 500.0, np.nan),
        price=np.full(units.shape, 500.0),
        depth=cut,
        display=np.zeros_like(units) if display is None else display,
        mailer=np.zeros_like(units) if mailer is None else mailer,
        is_active=np.ones(units.shape, dtype=np.bool_) if is_active is None else is_active,
        is_depth_known=sold > 0,
        availability=np.ones_like(units),
        drivers=dict(drivers or {}),
        categories=("tea", "milk"),
        category_of=category_of.astype(np.int64),
        market_of=category_of.astype(np.int64),
        market_units=market_units,
    )


def first_periods(panel: Panel, n_periods: int) -> Panel:
    """The first periods of a panel as they stand: unlike `Panel.until`, nothing is worked out again."""

    def cut(values: NDArray[Any]) -> NDArray[Any]:
        return values[:, :n_periods]

    return replace(
        panel,
        starts=panel.starts[:n_periods],
        units=cut(panel.units),
        revenue=cut(panel.revenue),
        list_value=cut(panel.list_value),
        price=cut(panel.price),
        depth=cut(panel.depth),
        display=cut(panel.display),
        mailer=cut(panel.mailer),
        is_active=cut(panel.is_active),
        is_depth_known=cut(panel.is_depth_known),
        availability=cut(panel.availability),
        drivers={name: cut(values) for name, values in panel.drivers.items()},
        market_units=cut(panel.market_units),
    )


def _check_values(who: str, forecast: Floats, shape: tuple[int, int]) -> None:
    assert forecast.shape == shape, f"{who}: the forecast has the shape {forecast.shape}, not {shape}"
    assert np.isfinite(forecast).all(), f"{who}: the forecast has values that are not finite numbers"
    assert (forecast >= 0).all(), f"{who}: the forecast has negative units"


def _check_input_is_kept(model: DemandModel, known: Panel, ahead: Ahead) -> None:
    before = copy.deepcopy((_arrays(known), _arrays(ahead), _arrays(ahead.offers)))
    model.fit(known).forecast(known, ahead)
    after = (_arrays(known), _arrays(ahead), _arrays(ahead.offers))
    for then, now in zip(before, after, strict=True):
        for name, values in then.items():
            assert np.array_equal(values, now[name], equal_nan=True), (
                f"{model.name}: fitting or forecasting changes {name}"
            )


def _check_later_periods_are_unknown(model: DemandModel, panel: Panel, forecast: Floats) -> None:
    """Also that a model is the same after another fit: it only stores its settings."""
    altered = replace(panel, units=panel.units.copy())
    altered.units[:, N_KNOWN:] = 7.0 * altered.units[:, N_KNOWN:] + 100.0
    model.fit(altered)
    known, ahead = first_periods(altered, N_KNOWN), Ahead.of(altered, altered.starts[N_KNOWN], HORIZON)
    again = model.fit(known).forecast(known, ahead)
    assert np.array_equal(again, forecast), (
        f"{model.name}: the same panel is forecast differently the second time, or after another panel was fitted"
    )


def _check_order(model: DemandModel, known: Panel, ahead: Ahead, forecast: Floats) -> None:
    order = np.arange(len(known.products))[::-1]
    turned, plan = known.rows(order), _rows_ahead(ahead, order)
    moved = np.abs(model.fit(turned).forecast(turned, plan) - forecast[order]).sum()
    assert moved <= ORDER_TOLERANCE * forecast.sum(), (
        f"{model.name}: the order of the series changes their forecasts by {moved / forecast.sum():.1%} of units"
    )


def _check_scale(model: DemandModel, known: Panel, ahead: Ahead, forecast: Floats) -> None:
    twice = replace(known, units=2.0 * known.units, market_units=2.0 * known.market_units)
    ratio = model.fit(twice).forecast(twice, ahead).sum() / (2.0 * forecast.sum())
    assert abs(ratio - 1.0) <= SCALE_TOLERANCE, (
        f"{model.name}: twice the sales are not forecast to be about twice as much, but {2.0 * ratio:.2f} times"
    )


def _check_stock_outs(model: DemandModel, known: Panel, ahead: Ahead) -> None:
    is_active = known.is_active.copy()
    is_active[:, -STOCK_OUT:] = False
    forecasts = []
    for shown in (0.0, 1000.0):
        units = np.where(is_active, known.units, shown)
        panel = replace(known, units=units, is_active=is_active)
        forecasts.append(model.fit(panel).forecast(panel, ahead))
    assert np.array_equal(forecasts[0], forecasts[1]), (
        f"{model.name}: units of periods that are not active change the forecast"
    )
    usual = known.units[:, :-STOCK_OUT].mean() * forecasts[0].size
    assert forecasts[0].sum() >= usual / 2, f"{model.name}: periods out of stock are taken for low demand"


def _check_refresh(model: DemandModel, panel: Panel) -> None:
    fitted = model.fit(first_periods(panel, N_KNOWN - 2 * HORIZON))
    longer = first_periods(panel, N_KNOWN)
    ahead = Ahead.undisturbed(longer, LONG_HORIZON)
    who, shape = f"{model.name}, refreshed with a longer panel", (len(panel.products), LONG_HORIZON)
    forecast = fitted.forecast(longer, ahead)
    _check_values(who, forecast, shape)
    assert np.array_equal(fitted.forecast(longer, ahead), forecast), f"{who}: the second forecast differs"


def _rows_ahead(ahead: Ahead, order: NDArray[np.int64]) -> Ahead:
    offers = ahead.offers
    return Ahead(
        starts=ahead.starts,
        offers=Offers(offers.depth[order], offers.display[order], offers.mailer[order]),
        price=ahead.price[order],
        drivers={name: values[order] for name, values in ahead.drivers.items()},
    )


def _arrays(holder: Panel | Ahead | Offers) -> dict[str, NDArray[Any]]:
    values = {field.name: getattr(holder, field.name) for field in fields(holder)}
    named = {name: value for name, value in values.items() if isinstance(value, np.ndarray)}
    return named | dict(values.get("drivers", {}))


def _spiked(units: Floats) -> Floats:
    spiked = units.copy()
    spiked[0, units.shape[1] // 2] = 1e5
    return spiked
