"""A forecast is the sum of its causes, and each cause is what the fit says of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dealwright.core.errors import InputError
from dealwright.data.panel import ADVERTISING, COMPETITOR, Panel
from dealwright.demand.ahead import Ahead
from dealwright.demand.explain import PARTS, Explanation, explain_forecast
from dealwright.demand.features import Offers
from dealwright.demand.fit import fit_response
from dealwright.demand.models.response import FittedResponse
from dealwright.demand.posterior import Fit
from known_shop import Truth, make_panel

N, HORIZON = 9, 6


@pytest.fixture(scope="module")
def panel() -> Panel:
    plain = make_panel(n=N, n_weeks=80, truth=Truth(pull_forward=0.15), seed=3)
    rng = np.random.default_rng(8)
    price = plain.price * np.exp(rng.normal(0, 0.05, (N, 8)).repeat(10, axis=1))
    drivers = {COMPETITOR: rng.normal(0, 0.1, (N, 80)), ADVERTISING: rng.random((N, 80))}
    return replace(plain, price=price, drivers=drivers)


@pytest.fixture(scope="module")
def fit(panel: Panel) -> Fit:
    return fit_response(panel, country="US")


@pytest.fixture(scope="module")
def quiet(panel: Panel) -> Ahead:
    return Ahead.undisturbed(panel, HORIZON)


@pytest.fixture(scope="module")
def busy(quiet: Ahead) -> Ahead:
    rng = np.random.default_rng(4)
    shape = (N, HORIZON)
    offers = Offers(
        rng.choice([0.0, 0.2, 0.4], shape), rng.choice([0.0, 0.8], shape), rng.choice([0.0, 1.0], shape)
    )
    return replace(quiet, offers=offers)


def unpromoted(panel: Panel) -> Panel:
    """The panel as if its last weeks had had no promotion, so that nothing is still missed of them."""
    none = np.zeros_like(panel.depth)
    return replace(panel, depth=none, display=none, mailer=none)


def total(made: Explanation) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    return np.asarray(sum(getattr(made, part) for part in PARTS))


def test_the_causes_of_a_forecast_sum_to_it_exactly(fit: Fit, panel: Panel, busy: Ahead) -> None:
    made = explain_forecast(fit, panel, busy)
    assert total(made) == pytest.approx(made.forecast, rel=1e-12)


def test_what_is_explained_is_the_forecast_of_the_response_model(fit: Fit, panel: Panel, busy: Ahead) -> None:
    made = explain_forecast(fit, panel, busy)
    assert made.forecast == pytest.approx(FittedResponse(fit).forecast(panel, busy))


def test_usual_sales_are_the_fitted_level(fit: Fit, panel: Panel, busy: Ahead) -> None:
    made = explain_forecast(fit, panel, busy)
    level = np.exp(fit.by_series([f.level for f in fit.categories]))
    assert made.usual == pytest.approx(np.repeat(level[:, None], HORIZON, axis=1))


def test_without_promotion_no_unit_is_owed_to_one(fit: Fit, panel: Panel, quiet: Ahead) -> None:
    made = explain_forecast(fit, unpromoted(panel), quiet)
    for part in ("price_cut", "display", "mailer", "neighbours", "pulled_forward", "halo", "other_models"):
        assert (getattr(made, part) == 0).all()
    assert (made.season != 0).any()
    assert (made.regular_price != 0).any()
    assert (made.competitor != 0).any()
    assert (made.advertising != 0).any()


def test_a_lone_price_cut_is_owed_what_it_adds_by_the_logarithmic_mean(
    fit: Fit, panel: Panel, quiet: Ahead
) -> None:
    depth = np.zeros((N, HORIZON))
    depth[0, 0] = 0.3
    none = np.zeros_like(depth)
    made = explain_forecast(fit, unpromoted(panel), replace(quiet, offers=Offers(depth, none, none)))
    forecast, usual = made.forecast[0, 0], made.usual[0, 0]
    cut = -np.log(0.7)
    slope = fit.by_series([f.elasticity for f in fit.categories])[0]
    log_factor = (slope + fit.shared("curvature")[0] * (cut - fit.typical_cut)) * cut
    assert made.price_cut[0, 0] == pytest.approx((forecast - usual) / np.log(forecast / usual) * log_factor)
    assert made.display[0, 0] == 0
    assert made.pulled_forward[0, 1] < 0
    assert made.pulled_forward[0, 0] == 0
    same_category = panel.category_of == panel.category_of[0]
    assert (made.neighbours[same_category, 0][1:] < 0).all()
    assert (made.neighbours[~same_category, 0] == 0).all()


def test_a_dearer_regular_price_costs_units_and_a_dearer_competitor_brings_them(
    fit: Fit, panel: Panel, quiet: Ahead
) -> None:
    dearer = replace(quiet, price=quiet.price * 1.2)
    before, after = explain_forecast(fit, panel, quiet), explain_forecast(fit, panel, dearer)
    assert (after.regular_price < before.regular_price).all()
    rival = replace(quiet, drivers={**quiet.drivers, COMPETITOR: np.full((N, HORIZON), 0.2)})
    sign = np.sign(fit.shared("competitor"))[:, None]
    assert (np.sign(explain_forecast(fit, panel, rival).competitor) == sign).all()


def test_sales_twice_as_high_lately_are_explained_as_drift(fit: Fit, panel: Panel, quiet: Ahead) -> None:
    doubled = panel.units.copy()
    doubled[0, -12:] *= 2
    moved = explain_forecast(fit, replace(panel, units=doubled), quiet)
    still = explain_forecast(fit, panel, quiet)
    assert moved.drift[0, 0] > 0.5 * still.usual[0, 0]
    assert moved.usual == pytest.approx(still.usual)
    assert moved.drift[1:] == pytest.approx(still.drift[1:])


def test_what_other_models_say_differently_is_a_cause_of_its_own(fit: Fit, panel: Panel, busy: Ahead) -> None:
    alone = explain_forecast(fit, panel, busy)
    stated = alone.forecast * 1.1
    stated[0, 0] = 0.0
    made = explain_forecast(fit, panel, busy, stated=stated)
    assert made.forecast == pytest.approx(stated)
    assert total(made) == pytest.approx(stated, rel=1e-9, abs=1e-9)
    assert (made.other_models[1:] > 0).all()
    assert made.other_models[0, 0] < 0


def test_a_forecast_beyond_what_is_believed_still_sums(fit: Fit, panel: Panel, quiet: Ahead) -> None:
    shape = (N, HORIZON)
    extreme = replace(quiet, offers=Offers(np.full(shape, 0.9), np.ones(shape), np.ones(shape)))
    made = explain_forecast(fit, panel, extreme)
    assert total(made) == pytest.approx(made.forecast, rel=1e-12)
    level = np.exp(fit.by_series([f.level for f in fit.categories]))
    assert made.usual[:, 0] == pytest.approx(level)


def test_a_product_that_never_sold_is_explained_as_nothing(fit: Fit, panel: Panel, busy: Ahead) -> None:
    never = panel.is_active.copy()
    never[2] = False
    made = explain_forecast(fit, replace(panel, is_active=never), busy)
    for part in ("forecast", *PARTS):
        assert (getattr(made, part)[2] == 0).all()
    assert made.causes(2, 0) == ()


def test_the_largest_causes_come_first_with_their_share_of_usual_sales(fit: Fit, panel: Panel, busy: Ahead) -> None:
    made = explain_forecast(fit, panel, busy)
    row, period = next(zip(*np.nonzero(busy.offers.depth == 0.4), strict=True))
    causes = made.causes(int(row), int(period))
    assert len(causes) == 3
    assert causes[0].code == "price_cut"
    assert causes[0].share == pytest.approx(made.price_cut[row, period] / made.usual[row, period])
    assert abs(causes[0].units) >= abs(causes[1].units) >= abs(causes[2].units) > 0


def test_the_causes_of_a_category_are_the_sums_of_its_products(fit: Fit, panel: Panel, busy: Ahead) -> None:
    made = explain_forecast(fit, panel, busy)
    rows = np.flatnonzero(panel.category_of == 1)
    summed = made.summed(rows)
    assert summed.forecast.shape == (1, HORIZON)
    assert total(summed) == pytest.approx(made.forecast[rows].sum(axis=0, keepdims=True))
    assert summed.price_cut[0] == pytest.approx(made.price_cut[rows].sum(axis=0))


def test_a_forecast_that_is_none_is_refused(fit: Fit, panel: Panel, busy: Ahead) -> None:
    with pytest.raises(InputError, match="shape"):
        explain_forecast(fit, panel, busy, stated=np.ones((2, 2)))
    with pytest.raises(InputError, match="negative"):
        explain_forecast(fit, panel, busy, stated=np.full((N, HORIZON), -1.0))
