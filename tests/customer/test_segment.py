"""Segments are found where they are, and never where there is too little to see."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from dealwright.core.errors import InputError
from dealwright.customer.rfm import FEATURES
from dealwright.customer.segment import Segmentation, SegmentSpace, enough_to_segment, segment_customers


def customers(n: int, *, seed: int = 0, **means: float) -> pd.DataFrame:
    """Customers whose features scatter by a twentieth around the means given."""
    typical = {
        "days_since_purchase": 10.0,
        "orders": 20.0,
        "spend_minor": 50_000.0,
        "breadth": 30.0,
        "deal_share": 0.3,
        "basket_value_minor": 2_500.0,
        "active_span_days": 200.0,
    }
    rng = np.random.default_rng(seed)
    rows = {name: mean * rng.normal(1, 0.05, n) for name, mean in {**typical, **means}.items()}
    return pd.DataFrame(rows).assign(customer_id=[f"{seed}-{i}" for i in range(n)])


@pytest.fixture(scope="module")
def three_kinds() -> pd.DataFrame:
    return pd.concat(
        [
            customers(60, seed=1, orders=90, spend_minor=400_000, breadth=90, days_since_purchase=1),
            customers(40, seed=2, deal_share=0.9, orders=15, spend_minor=30_000),
            customers(30, seed=3, days_since_purchase=200, orders=3, spend_minor=5_000, breadth=5),
        ],
        ignore_index=True,
    )


@pytest.fixture(scope="module")
def segmentation(three_kinds: pd.DataFrame) -> Segmentation:
    return segment_customers(three_kinds, seed=7, resamples=4)


def test_three_kinds_of_customers_are_found(segmentation: Segmentation) -> None:
    assert segmentation.k == 3
    assert [segment.size for segment in segmentation.segments] == [60, 40, 30]
    assert segmentation.is_stable
    assert segmentation.is_clear_cut


def test_they_are_called_by_what_they_do(segmentation: Segmentation) -> None:
    assert [segment.code for segment in segmentation.segments] == [
        "loyal_big_spender",
        "deal_seeker",
        "drifting_away",
    ]


def test_every_customer_is_in_one_segment(three_kinds: pd.DataFrame, segmentation: Segmentation) -> None:
    assert segmentation.members["customer_id"].tolist() == three_kinds["customer_id"].tolist()
    sizes = segmentation.members["segment"].value_counts().to_dict()
    assert sizes == {segment.code: segment.size for segment in segmentation.segments}
    assert set(segmentation.members["segment"][:60]) == {"loyal_big_spender"}


def test_shares_sum_to_one_and_medians_are_those_of_the_members(
    three_kinds: pd.DataFrame, segmentation: Segmentation
) -> None:
    assert sum(segment.share for segment in segmentation.segments) == pytest.approx(1)
    assert sum(segment.revenue_share for segment in segmentation.segments) == pytest.approx(1)
    loyal = segmentation.segments[0]
    assert loyal.medians["orders"] == three_kinds["orders"][:60].median()
    assert set(loyal.medians) == set(FEATURES)


def test_fit_and_stability_are_shown_for_every_number_tried(segmentation: Segmentation) -> None:
    assert list(segmentation.silhouettes) == list(segmentation.stabilities) == [3, 4, 5, 6, 7, 8]
    assert segmentation.stabilities[3] == 1.0
    assert max(segmentation.silhouettes, key=segmentation.silhouettes.__getitem__) == 3


def test_the_same_seed_gives_the_same_segments(three_kinds: pd.DataFrame, segmentation: Segmentation) -> None:
    again = segment_customers(three_kinds, seed=7, resamples=4)
    assert again.members.equals(segmentation.members)
    assert again.stabilities == segmentation.stabilities


def test_spend_is_not_counted_twice(segmentation: Segmentation) -> None:
    assert "spend_minor" not in segmentation.features
    assert segmentation.left_out == ()


def test_a_feature_that_is_the_same_for_all_is_left_out(three_kinds: pd.DataFrame) -> None:
    flat = segment_customers(three_kinds.assign(deal_share=0.0), seed=7, counts=(3,), resamples=2)
    assert flat.left_out == ("deal_share",)
    assert "deal_share" not in flat.features


def test_one_crowd_is_not_passed_off_as_clear_cut_segments() -> None:
    found = segment_customers(customers(200, seed=5), seed=7, resamples=4)
    assert not found.is_clear_cut
    assert not found.is_stable
    assert found.k == max(found.stabilities, key=found.stabilities.__getitem__)


def test_a_customer_out_of_all_proportion_does_not_become_a_segment(three_kinds: pd.DataFrame) -> None:
    wholesaler = customers(1, seed=9, orders=90_000, breadth=90, basket_value_minor=9_000_000)
    found = segment_customers(pd.concat([three_kinds, wholesaler], ignore_index=True), seed=7, resamples=2)
    assert min(segment.size for segment in found.segments) > 1


def test_thirty_customers_who_differ_are_enough() -> None:
    assert enough_to_segment(customers(30))


def test_twenty_nine_are_too_few_and_the_refusal_says_so() -> None:
    verdict = enough_to_segment(customers(29))
    assert not verdict
    assert verdict.code == "too_few_customers"
    assert verdict.reason == "segments need at least 30 customers who differ; there are 29 (of 29)"


def test_customers_who_are_all_alike_are_too_few() -> None:
    alike = pd.concat([customers(1)] * 50)
    assert "there are 1 (of 50)" in enough_to_segment(alike).reason


def test_segmenting_too_few_is_refused_with_a_remedy() -> None:
    with pytest.raises(InputError, match="import more sales that name their customer"):
        segment_customers(customers(12), seed=7)


def test_assigning_the_same_customers_gives_the_same_segments(
    three_kinds: pd.DataFrame, segmentation: Segmentation
) -> None:
    assert segmentation.assign(three_kinds).equals(segmentation.members)


def test_newcomers_join_the_segment_whose_ways_they_share(segmentation: Segmentation) -> None:
    newcomers = pd.concat(
        [
            customers(2, seed=11, orders=90, spend_minor=400_000, breadth=90, days_since_purchase=1),
            customers(1, seed=12, days_since_purchase=200, orders=3, spend_minor=5_000, breadth=5),
        ]
    )
    assigned = segmentation.assign(newcomers)
    assert assigned["segment"].tolist() == ["loyal_big_spender", "loyal_big_spender", "drifting_away"]
    assert assigned["customer_id"].tolist() == ["11-0", "11-1", "12-0"]


def test_a_customer_is_measured_by_the_spread_of_those_the_segments_were_made_of() -> None:
    space = SegmentSpace(
        features=("orders",),
        centre=np.array([np.log(10.0)]),
        scale=np.array([np.log(10.0)]),
        centroids=np.array([[-1.0], [2.0]]),
        codes=("once", "often"),
    )
    found = pd.DataFrame({"orders": [0, 9, 99, 10**9 - 1]})
    assert space.points(found)[:, 0].tolist() == pytest.approx([-1.0, 0.0, 1.0, 3.0])
    assert space.nearest(found).tolist() == [0, 0, 1, 1]
