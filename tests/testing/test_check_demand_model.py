"""The conformance check names the promise a model breaks."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from numpy.typing import NDArray

from dealwright.data.panel import Panel
from dealwright.demand.ahead import Ahead
from dealwright.demand.models.naive import RecentMean
from dealwright.testing.check_demand_model import check_demand_model, odd_panels, sample_panel

Floats = NDArray[np.float64]
HONEST = RecentMean(8)


@dataclass
class Broken:
    """An honest mean with one fault."""

    fault: str
    seen: list[int] = field(default_factory=list)

    @property
    def name(self) -> str:
        return "" if self.fault == "nameless" else "broken"

    def fit(self, panel: Panel) -> Broken:
        self.seen.append(len(panel.starts))
        if self.fault == "changes its input":
            panel.units[0, 0] += 1.0
        return self

    def forecast(self, panel: Panel, ahead: Ahead) -> Floats:
        if self.fault == "takes a stock-out for low demand":
            panel = replace(panel, units=np.where(panel.is_active, panel.units, 0.0))
        if self.fault in {"reads hidden units", "takes a stock-out for low demand"}:
            panel = replace(panel, units=np.nan_to_num(panel.units), is_active=np.ones_like(panel.is_active))
        mean = replace(HONEST, n_periods=5).forecast(panel, ahead)
        match self.fault:
            case "a column too few":
                return mean[:, 1:]
            case "not a number":
                return np.where(mean < mean.max(), mean, np.nan)
            case "negative":
                return mean - 5.0
            case "another forecast each time":
                return mean + len(self.seen)
            case "order matters":
                return np.cumsum(mean, axis=0)
            case "one scale":
                return np.ones_like(mean)
            case "does not survive a panel of one period":
                return mean + np.diff(panel.units, axis=1)[:, :1]
            case _:
                return mean


def test_an_honest_model_passes() -> None:
    check_demand_model(HONEST)


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("nameless", "the model has no name"),
        ("a column too few", r"the shape \(16, 3\), not \(16, 4\)"),
        ("not a number", "values that are not finite numbers"),
        ("negative", "negative units"),
        ("changes its input", "fitting or forecasting changes units"),
        ("another forecast each time", "forecast differently the second time"),
        ("order matters", "the order of the series changes their forecasts"),
        ("one scale", "twice the sales are not forecast to be about twice as much, but 1.00 times"),
        ("reads hidden units", "units of periods that are not active change the forecast"),
        ("takes a stock-out for low demand", "periods out of stock are taken for low demand"),
    ],
)
def test_a_broken_promise_is_named(fault: str, told: str) -> None:
    with pytest.raises(AssertionError, match=told):
        check_demand_model(Broken(fault))


def test_the_sample_has_rare_and_frequent_sellers_and_promotions() -> None:
    panel = sample_panel()
    mean = panel.units.mean(axis=1)
    assert mean.min() < 2 < 200 < mean.max()
    assert (panel.depth > 0).any()
    assert (panel.display > 0).any()
    assert (panel.mailer > 0).any()


def test_the_awkward_panels_are_as_awkward_as_their_names() -> None:
    panels = odd_panels()
    assert panels["a series with one point"].is_active[0].sum() == 1
    assert panels["only zeros"].units.sum() == 0
    assert not panels["a series never on sale"].is_active[0].any()
    assert np.isnan(panels["everything sold out at the end, units not a number there"].units[:, -1]).all()
    assert panels["days"].period_days == 1
