"""Segments grow and shrink; how sure that is depends on who moved, not on who stayed."""

from __future__ import annotations

import pandas as pd
import pytest

from dealwright.core.errors import InputError
from dealwright.customer.segment_drift import SegmentDrift, segment_drift

Z = 1.6448536269514722


def members(**segment_of: str) -> pd.DataFrame:
    return pd.DataFrame({"customer_id": list(segment_of), "segment": list(segment_of.values())})


THEN = members(ann="loyal", bob="loyal", cat="loyal", dan="rare")
NOW = members(ann="loyal", bob="loyal", cat="rare", eve="rare", fay="rare")


@pytest.fixture(scope="module")
def drift() -> SegmentDrift:
    return segment_drift(THEN, NOW)


def test_the_shares_of_both_days(drift: SegmentDrift) -> None:
    told = drift.shares[["segment", "n_then", "share_then", "n_now", "share_now"]]
    assert told.to_dict("list") == {
        "segment": ["loyal", "rare"],
        "n_then": [3, 1],
        "share_then": [0.75, 0.25],
        "n_now": [2, 3],
        "share_now": [0.4, 0.6],
    }
    assert drift.shares["change"].tolist() == pytest.approx([-0.35, 0.35])


def test_a_share_has_the_score_interval_of_its_count(drift: SegmentDrift) -> None:
    loyal = drift.shares.iloc[0]
    # 3 of 4 and 2 of 5 at 90 %, by Wilson: (k + z2/2 -+ z sqrt(k (n - k) / n + z2/4)) / (n + z2), z2 = 2.70554.
    assert (loyal["share_then_low"], loyal["share_then_high"]) == pytest.approx((0.35617, 0.94209), abs=1e-5)
    assert (loyal["share_now_low"], loyal["share_now_high"]) == pytest.approx((0.14271, 0.72752), abs=1e-5)


def test_the_doubt_about_a_change_is_that_of_who_came_went_or_moved(drift: SegmentDrift) -> None:
    # Pulls: ann and bob .6/5 - .25/4 each, cat -.4/5 - .25/4, dan +.75/4, eve and fay -.4/5 each.
    squares = 2 * (0.12 - 0.0625) ** 2 + (-0.08 - 0.0625) ** 2 + 0.1875**2 + 2 * 0.08**2
    loyal = drift.shares.iloc[0]
    assert loyal["change_low"] == pytest.approx(-0.35 - Z * squares**0.5)
    assert loyal["change_high"] == pytest.approx(-0.35 + Z * squares**0.5)


def test_where_nobody_moved_nothing_changed_for_certain() -> None:
    loyal = segment_drift(THEN, THEN).shares.iloc[0]
    assert (loyal["change_low"], loyal["change"], loyal["change_high"]) == (0, 0, 0)


def test_who_moved_where(drift: SegmentDrift) -> None:
    told = drift.moves[["segment_then", "segment_now", "n_customers"]]
    assert list(told.itertuples(index=False, name=None)) == [
        ("loyal", "loyal", 2),
        ("loyal", "rare", 1),
        ("not_a_customer", "rare", 2),
        ("rare", "not_a_customer", 1),
    ]
    assert drift.moves["share"].tolist() == pytest.approx([2 / 3, 1 / 3, 1, 1])


def test_a_share_of_movers_has_an_interval(drift: SegmentDrift) -> None:
    stayed = drift.moves.iloc[0]
    assert stayed["low"] < stayed["share"] < stayed["high"]
    assert (stayed["low"], stayed["high"]) == pytest.approx((0.25353, 0.92173), abs=1e-5)


def test_every_customer_of_either_day_is_in_one_move(drift: SegmentDrift) -> None:
    assert drift.moves["n_customers"].sum() == len({*THEN["customer_id"], *NOW["customer_id"]})


def test_a_segment_that_vanished_is_told_with_a_share_of_none() -> None:
    shares = segment_drift(members(ann="loyal", bob="rare"), members(ann="loyal", bob="loyal")).shares
    rare = shares.set_index("segment").loc["rare"]
    assert (rare["n_now"], rare["share_now"], rare["share_now_low"]) == (0, 0, 0)
    assert rare["share_now_high"] > 0


def test_customers_named_twice_and_empty_lists_are_refused_together() -> None:
    with pytest.raises(InputError) as refusal:
        segment_drift(pd.concat([THEN, THEN]), NOW.head(0))
    assert list(refusal.value.problems) == [
        "4 customers are named more than once then; give each one segment",
        "nobody was in a segment now; there is nothing to compare",
    ]
