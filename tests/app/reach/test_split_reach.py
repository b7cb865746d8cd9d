"""A budget over channels: where a unit more brings most, and none where it does not pay."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dealwright.adapters.memory import MemoryTables
from dealwright.app.reach.learn_channels import ChannelHistory
from dealwright.app.reach.split_reach import MARGIN, ReachAim, ReachPlan, history_of, split_reach
from dealwright.core.errors import InputError
from dealwright.data import columns as c
from dealwright.reach.budget import Channel, split_budget
from dealwright.reach.response import LogResponse


def measured() -> ChannelHistory:
    """Search brings 800 ln(1 + x / 150), mail 300 ln(1 + x / 50), posters nothing."""
    rng = np.random.default_rng(0)
    spend = np.stack([rng.gamma(2.0, mean / 2, 60) for mean in (200.0, 100.0, 100.0)])
    brings = np.stack([800 * np.log1p(spend[0] / 150), 300 * np.log1p(spend[1] / 50), np.zeros(60)])
    return ChannelHistory(("search", "mail", "posters"), spend, brings + rng.normal(0, 20, brings.shape))


def plan(budget: float = 500.0, *, least: dict[str, float] | None = None, most: float | None = None) -> ReachPlan:
    aim = ReachAim(budget, least or {}, {} if most is None else {"search": most})
    return split_reach(measured(), aim, currency="EUR", seed=1)


def spend_of(found: ReachPlan) -> dict[str, float]:
    return dict(zip(found.table["channel"], found.table["spend"], strict=True))


def test_the_split_is_that_of_the_true_curves() -> None:
    # 800 / (150 + x) = 300 / (50 + 500 - x) at x = 359.09
    found = plan()
    assert spend_of(found)["search"] == pytest.approx(359, abs=25)
    assert spend_of(found)["posters"] == 0.0
    assert found.spent == pytest.approx(500)
    assert found.net.value <= found.bound + 1e-6
    assert found.gain.low > 0


def test_the_range_of_a_part_holds_it() -> None:
    table = plan().table
    assert (table["spend_low"] - 1e-9 <= table["spend"]).all()
    assert (table["spend"] <= table["spend_high"] + 1e-9).all()
    assert (table["brings_low"] <= table["brings"]).all()


def test_money_that_does_not_pay_for_itself_is_kept() -> None:
    found = plan(3_000.0)
    assert found.spent < 3_000
    assert found.price == 0.0


def test_least_and_most_are_kept() -> None:
    found = spend_of(plan(least={"posters": 50.0}, most=200.0))
    assert found["posters"] == pytest.approx(50.0)
    assert found["search"] <= 200.0 + 1e-9


def test_an_unknown_channel_is_told_with_the_nearest() -> None:
    with pytest.raises(InputError, match="no channel is called 'serch'; did you mean 'search'"):
        split_reach(measured(), ReachAim(100.0, {"serch": 5.0}, {}), currency="EUR", seed=1)


def rows(amounts: list[int], *, margin: list[int] | None = None) -> pd.DataFrame:
    days = [date(2024, 1, 1) + timedelta(weeks=k) for k in range(len(amounts))]
    frame = pd.DataFrame({c.CHANNEL: "search", c.SPENT_ON: days, c.SPEND_AMOUNT: amounts})
    return frame if margin is None else frame.assign(**{MARGIN: margin})


def sales(first: date, n_days: int) -> MemoryTables:
    days = [first + timedelta(days=k) for k in range(n_days)]
    frame = pd.DataFrame({c.ORDER: [str(k) for k in range(n_days)], c.SKU: "a", c.QUANTITY: 1, c.NET_AMOUNT: 1000})
    return MemoryTables({"sales": frame.assign(**{c.SOLD_AT: pd.to_datetime(days)})})


def test_only_weeks_that_sales_cover_whole_are_used_at_the_margin_share() -> None:
    # Sales from Wednesday of the first week to Tuesday of the fourth: two whole weeks.
    found = history_of(
        rows([100, 200, 300, 400]),
        sales(date(2024, 1, 3), 21),
        margin_share=0.3,
        first_weekday=0,
        per_major=100,
    )
    assert found.spend.tolist() == [[2.0, 3.0]]
    assert found.outcome.tolist() == [21.0, 21.0]
    assert not found.is_measured


def test_measured_margins_need_no_sales() -> None:
    found = history_of(
        rows([100, 200], margin=[500, 900]), MemoryTables({}), margin_share=0.3, first_weekday=0, per_major=100
    )
    assert found.outcome.tolist() == [[5.0, 9.0]]
    assert found.is_measured


def test_spending_and_sales_of_different_times_are_refused() -> None:
    with pytest.raises(InputError, match="sales of no whole week among them"):
        history_of(rows([100, 200]), sales(date(2020, 1, 6), 14), margin_share=0.3, first_weekday=0, per_major=100)


def test_the_code_of_the_how_to_runs(capsys: pytest.CaptureFixture[str]) -> None:
    page = (Path(__file__).parents[3] / "docs" / "howto" / "split-budget.md").read_text("utf-8")
    (code,) = re.findall(r"^```python\n(.*?)^```$", page, flags=re.M | re.S)
    exec(compile(code, "split-budget.md", "exec"), {})
    assert "('search', 'mail')" in capsys.readouterr().out


@pytest.mark.parametrize("seed", range(4))
def test_splits_learnt_from_sales_alone_come_near_the_best_there_is(seed: int) -> None:
    rng = np.random.default_rng(seed)
    truth = {"search": (rng.uniform(400, 900), 150.0), "mail": (rng.uniform(200, 400), 60.0)}
    spend = np.stack([rng.gamma(2.0, 100.0, 104), rng.gamma(2.0, 60.0, 104)])
    brings = sum(scale * np.log1p(own / half) for own, (scale, half) in zip(spend, truth.values(), strict=True))
    sales = ChannelHistory(tuple(truth), spend, 5_000 + brings + rng.normal(0, 100, 104))
    found = split_reach(sales, ReachAim(400.0, {}, {}), currency="EUR", seed=1)
    curves = [Channel(name, LogResponse(*shape)) for name, shape in truth.items()]
    net = sum(
        truth[name][0] * np.log1p(amount / truth[name][1]) - amount for name, amount in spend_of(found).items()
    )
    assert net > 0.95 * split_budget(curves, 400.0).net
