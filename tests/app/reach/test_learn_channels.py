"""What channels bring, learnt from weeks in which spending differed; the truth is known here."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from dealwright.app.reach.learn_channels import ChannelHistory, DrawnResponse, learn_channels
from dealwright.core.errors import InputError
from dealwright.reach.response import adstock

NAMES = ("search", "social", "mail")
TRUTH = {"search": (800.0, 150.0, 0.4), "social": (0.0, 200.0, 0.0), "mail": (300.0, 60.0, 0.2)}


def history(*, n_weeks: int = 104, noise: float = 100.0, seed: int = 0, brings: float = 1.0) -> ChannelHistory:
    rng = np.random.default_rng(seed)
    spend = np.stack([rng.gamma(2.0, mean / 2, n_weeks) for mean in (200.0, 150.0, 120.0)])
    outcome = 5000 + 300 * np.sin(np.arange(n_weeks) * 2 * np.pi / 52.18) + rng.normal(0, noise, n_weeks)
    for own, (scale, half, carry) in zip(spend, TRUTH.values(), strict=True):
        outcome += brings * scale * np.log1p(adstock(own, carry=carry) / half)
    return ChannelHistory(NAMES, spend, outcome)


@cache
def learnt() -> dict[str, DrawnResponse]:
    return dict(zip(NAMES, learn_channels(history(), np.random.default_rng(1)), strict=True))


def test_the_channel_that_brings_nothing_is_told_from_those_that_do() -> None:
    chances = {name: float((one.scale > 0).mean()) for name, one in learnt().items()}
    assert chances["search"] == chances["mail"] == 1.0
    assert chances["social"] < 0.5


def test_what_more_spending_brings_is_near_the_truth() -> None:
    for name in ("search", "mail"):
        scale, half, carry = TRUTH[name]
        true = scale * (np.log1p(300 / (1 - carry) / half) - np.log1p(100 / (1 - carry) / half))
        draws = learnt()[name].draws(np.array([100.0, 300.0]))
        assert float((draws[:, 1] - draws[:, 0]).mean()) == pytest.approx(true, rel=0.2)


def test_spending_that_has_nothing_to_do_with_sales_is_not_credited() -> None:
    found = learn_channels(history(brings=0.0, noise=300.0, seed=3), np.random.default_rng(1))
    assert all((one.scale > 0).mean() < 0.5 for one in found)


def test_measured_margins_tell_each_channel_by_itself() -> None:
    known = history()
    own = np.stack(
        [
            scale * np.log1p(spend / half)
            for spend, (scale, half, _) in zip(known.spend, TRUTH.values(), strict=True)
        ]
    )
    measured = replace(known, outcome=own + np.random.default_rng(2).normal(0, 20.0, own.shape))
    search, _, mail = learn_channels(measured, np.random.default_rng(1))
    assert search.value(np.array([300.0]))[0] == pytest.approx(800 * np.log(3), rel=0.05)
    assert mail.value(np.array([120.0]))[0] == pytest.approx(300 * np.log(3), rel=0.05)


def test_a_response_rises_ever_more_slowly() -> None:
    one = learnt()["search"]
    spend = np.linspace(0, 500, 20)
    assert one.value(np.array([0.0]))[0] == 0.0
    assert (np.diff(one.value(spend)) > 0).all()
    assert (np.diff(one.marginal(spend)) < 0).all()
    slope = (one.value(np.array([100.01])) - one.value(np.array([99.99]))) / 0.02
    assert one.marginal(np.array([100.0]))[0] == pytest.approx(float(slope[0]), rel=1e-4)


def test_the_same_seed_learns_the_same() -> None:
    again = learn_channels(history(), np.random.default_rng(1))
    assert np.array_equal(again[0].scale, learnt()["search"].scale)


def test_histories_that_cannot_tell_are_refused_with_every_reason() -> None:
    flat = ChannelHistory(("search", "mail"), np.stack([np.full(20, 5.0), np.eye(20)[0]]), np.ones(20))
    with pytest.raises(InputError) as refusal:
        learn_channels(flat, np.random.default_rng(1))
    told = refusal.value.problems
    assert len(told) == 3
    assert told[0].startswith("20 weeks of spending and sales together are too few")
    assert told[1].startswith("search: spent in 20 weeks, varying by 0%")
    assert told[2].startswith("mail: spent in 1 weeks")
