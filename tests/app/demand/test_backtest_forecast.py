"""Models tried on a shop's own past: what is compared, what each was allowed to know, what is refused."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from dealwright.adapters.memory import MemoryTables
from dealwright.app.demand.backtest_forecast import Backtest, backtest_forecast, backtest_history, named_models
from dealwright.app.demand.read_panel import History
from dealwright.core.errors import InputError
from dealwright.core.period import Grain
from dealwright.data.panel import Panel
from dealwright.demand.choice import Choice
from dealwright.demand.models.naive import RecentMean
from dealwright.demand.models.protocol import DemandModel
from dealwright.demand.models.response import Response
from dealwright.plan.scenario import Scope
from known_shop import make_frames, make_panel

MEANS: dict[str, DemandModel] = {"mean4": RecentMean(4), "mean8": RecentMean(8)}


def listed(panel: Panel) -> Panel:
    """With list values, as a shop that records discounts has them: `until` works prices out again."""
    return replace(panel, list_value=np.where(panel.units > 0, panel.units * 500.0, np.nan))


def tried(panel: Panel, models: dict[str, DemandModel], **changes: Any) -> Backtest:
    history = History(listed(panel), listed(panel), Choice(), {}, 0)
    settings: dict[str, Any] = {"horizon": 8, "n_origins": 3, "cpu": itertools.count(0.0).__next__}
    return backtest_history(history, models, grain=Grain(), **(settings | changes))


def a_shop(n_weeks: int = 60) -> MemoryTables:
    return MemoryTables(make_frames(make_panel(n=6, n_weeks=n_weeks, n_categories=2, base=20.0), n_customers=40))


def test_a_shop_whose_sales_promotions_make_is_forecast_best_by_who_knows_the_promotions() -> None:
    found = tried(make_panel(n=12, n_weeks=60), MEANS | {"response": Response()})
    by_model = {score.model: score.accuracy for score in found.scores}
    assert set(by_model) == {"mean4", "mean8", "response", "blend"}
    assert by_model["response"].wape < 0.7 * by_model["mean4"].wape
    assert found.best.accuracy.wape == min(accuracy.wape for accuracy in by_model.values())
    assert found.weights["response"] > 0.5
    assert sum(found.weights.values()) == pytest.approx(1.0)


def test_origins_are_a_horizon_apart_so_that_no_judge_has_taught() -> None:
    panel = make_panel(n=8, n_weeks=60)
    found = tried(panel, MEANS)
    assert found.origins == (panel.starts[52], panel.starts[44], panel.starts[36])
    assert found.n_teachers == 2


def test_what_is_sold_from_an_origin_on_changes_nothing_of_what_the_blend_knew_there() -> None:
    panel = make_panel(n=8, n_weeks=60)
    units = panel.units.copy()
    units[:, 52:] += 30.0
    changed = replace(panel, units=units)
    before, after = tried(panel, MEANS), tried(changed, MEANS)
    blend, other = (next(s for s in found.scores if s.model == "blend") for found in (before, after))
    assert blend.by_origin[1:] == other.by_origin[1:]
    assert blend.by_origin[0] != other.by_origin[0]
    assert before.weights == after.weights


def test_the_figure_of_a_model_is_the_mean_of_its_origins() -> None:
    for score in tried(make_panel(n=8, n_weeks=60), MEANS).scores:
        for name in ("wape", "bias", "rmsse", "pinball", "coverage"):
            mean = np.mean([getattr(one, name) for one in score.by_origin])
            assert getattr(score.accuracy, name) == pytest.approx(mean)


def test_cpu_seconds_are_the_clocks_and_the_blend_costs_what_all_its_models_cost() -> None:
    spent = {score.model: score.cpu_seconds for score in tried(make_panel(n=8, n_weeks=60), MEANS).scores}
    assert spent == {"mean4": 1.0, "mean8": 1.0, "blend": 3.0}


def test_series_of_one_volume_class_are_told_apart() -> None:
    found = tried(make_panel(n=8, n_weeks=60, base=60.0), MEANS)
    assert found.n_series == {"sparse": 0, "slow": 0, "middling": 0, "fast": 8}
    assert [set(score.by_volume) for score in found.scores] == [{"fast"}] * 3
    assert found.scores[0].by_volume["fast"] == found.scores[0].accuracy


def test_a_shop_without_promotions_is_forecast_by_the_models_that_need_none_and_says_so() -> None:
    panel = make_panel(n=8, n_weeks=60)
    none = np.zeros_like(panel.units)
    units = np.random.default_rng(0).poisson(20.0, none.shape).astype(np.float64)
    quiet = replace(panel, depth=none, display=none, mailer=none, units=units, revenue=units * 500.0)
    found = tried(quiet, {"response": Response(), "mean4": RecentMean(4)})
    assert list(found.left_out) == ["response"]
    assert "promotion" in found.left_out["response"]
    assert {score.model for score in found.scores} == {"mean4", "blend"}
    assert found.weights == {"mean4": 1.0}


def test_a_history_too_short_says_how_long_it_must_be_and_what_would_do() -> None:
    panel = make_panel(n=6, n_weeks=30)
    with pytest.raises(
        InputError, match=r"need at least 44 periods of sales; there are 30.*ask for 1 or fewer origins"
    ):
        tried(panel, MEANS)
    assert len(tried(panel, MEANS, n_origins=1).origins) == 1


@pytest.mark.parametrize("wrong", [{"horizon": 0}, {"n_origins": 0}])
def test_no_origin_and_no_horizon_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(InputError, match="is a whole number from 1 up; given 0"):
        tried(make_panel(n=6, n_weeks=60), MEANS, **wrong)


def test_models_go_by_name_and_the_response_model_always_takes_part() -> None:
    assert list(named_models(["mean13", " mean4", "mean13", "blend"], country="US", seed=1)) == [
        "response",
        "mean13",
        "mean4",
    ]
    assert {"response", "mean4", "boosted_tweedie", "seasonal_naive"} <= set(named_models([], country="US", seed=1))


def test_all_misspelled_models_are_named_with_the_nearest() -> None:
    with pytest.raises(InputError) as refused:
        named_models(["mean5", "boosted_tweedy", "mean4"], country="US", seed=1)
    assert [problem.split(";")[0] for problem in refused.value.problems] == [
        "no demand model is called 'mean5'",
        "no demand model is called 'boosted_tweedy'",
    ]
    assert "did you mean 'boosted_tweedie'?" in refused.value.problems[1]


def test_a_model_whose_library_is_missing_says_how_to_get_it_before_anything_is_read() -> None:
    code = (
        "import sys; sys.modules['statsforecast'] = None\n"
        "from dealwright.app.demand.backtest_forecast import named_models\n"
        "from dealwright.core.errors import MissingExtraError\n"
        "try:\n    named_models(['mean4', 'ets'], country='US', seed=1)\n"
        "except MissingExtraError as error:\n    print(error)\n"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "statsforecast" in told
    assert "pip install 'dealwright[forecast]'" in told


def test_a_shops_tables_become_a_document_of_plain_values() -> None:
    found = backtest_forecast(
        a_shop(),
        Scope(least_selling_weeks=8),
        grain=Grain(),
        country="US",
        minor_per_major=100,
        seed=1,
        cpu=lambda: 0.0,
        models=["mean4"],
        n_origins=2,
    )
    told = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert [date.fromisoformat(origin) for origin in told["origins"]] == list(found.origins)
    assert told["best"] == told["scores"][0]["model"] == found.best.model
    assert {score["model"] for score in told["scores"]} == {"response", "mean4", "blend"}
    assert told["scores"][0]["by_volume"].keys() <= {"sparse", "slow", "middling", "fast"}


def test_days_and_single_stores_can_be_tried_too() -> None:
    found = backtest_forecast(
        a_shop(n_weeks=14),
        Scope(least_selling_weeks=8),
        grain=Grain(period_days=1, by_store=True),
        country="US",
        minor_per_major=100,
        seed=1,
        cpu=lambda: 0.0,
        models=["mean4"],
        horizon=7,
        n_origins=1,
    )
    assert sum(found.n_series.values()) == 6
    assert (found.grain.by_store, found.horizon, len(found.origins)) == (True, 7, 1)
