"""Segments are called by what sets them apart, and by nothing else."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from dealwright.customer.describe import name_segments
from dealwright.customer.rfm import BASKET, BREADTH, DAYS_SINCE, DEAL_SHARE, FEATURES, ORDERS, SPEND


def codes(*segments: dict[str, float]) -> list[str]:
    rows = np.array([[segment.get(feature, 0.0) for feature in FEATURES] for segment in segments])
    return [name.code for name in name_segments(rows, FEATURES)]


LOYAL = {ORDERS: 0.8, SPEND: 0.9, DAYS_SINCE: -0.6, BREADTH: 0.9}


def test_names_say_what_the_segments_are() -> None:
    assert codes(LOYAL, {DEAL_SHARE: 1.2}, {DAYS_SINCE: 1.1, ORDERS: -1.0}, {BASKET: 0.7}, {}) == [
        "loyal_big_spender",
        "deal_seeker",
        "drifting_away",
        "big_basket",
        "average",
    ]


def test_a_name_that_says_more_wins() -> None:
    assert codes({BASKET: 0.8, ORDERS: -0.7}) == ["rare_big_basket"]


def test_a_claim_that_is_not_clear_is_not_made() -> None:
    assert codes({DEAL_SHARE: 0.39}) == ["average"]
    assert codes({DEAL_SHARE: 0.41}) == ["deal_seeker"]


def test_two_segments_of_the_same_character_get_different_names() -> None:
    first, second = codes({DEAL_SHARE: 1.5}, {DEAL_SHARE: 1.0})
    assert first == "deal_seeker"
    assert second == "deal_share_high"


def test_two_average_segments_get_different_names() -> None:
    assert codes({}, {SPEND: 0.1}) == ["average", "average_2"]


def test_a_name_made_of_parts_grows_until_nobody_has_it() -> None:
    crowd = {ORDERS: 0.5, SPEND: 0.6}
    assert codes(crowd, crowd, crowd) == [
        "spend_minor_high",
        "spend_minor_high__orders_high",
        "spend_minor_high__orders_high_2",
    ]


def test_parts_are_told_strongest_first() -> None:
    (name,) = name_segments(np.array([[0.5, -0.9]]), [DAYS_SINCE, ORDERS])
    assert name.parts == ("orders_low", "days_since_purchase_high")


def test_names_come_in_english_and_chinese() -> None:
    (loyal,) = name_segments(np.array([[LOYAL.get(feature, 0.0) for feature in FEATURES]]), FEATURES)
    assert (loyal.name_en, loyal.name_zh) == ("Frequent, big spenders", "高频高消费常客")
    rows = np.array([[1.0], [0.9]])
    by_parts = name_segments(rows, [SPEND])
    assert (by_parts[0].name_en, by_parts[0].name_zh) == ("High spend", "消费高")


def test_a_feature_that_is_not_known_is_not_claimed() -> None:
    assert [name.code for name in name_segments(np.array([[1.0]]), [ORDERS])] == ["orders_high"]


@given(arrays(np.float64, st.tuples(st.integers(1, 8), st.just(len(FEATURES))), elements=st.floats(-3, 3)))
def test_every_segment_has_a_name_of_its_own(centroids: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> None:
    names = name_segments(centroids, FEATURES)
    assert len({name.code for name in names}) == len(centroids)
    assert len({name.name_en for name in names}) == len(centroids)
    assert len({name.name_zh for name in names}) == len(centroids)
