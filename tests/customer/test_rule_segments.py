"""A shop writes down whom it means, and learns at once what it miswrote."""

from __future__ import annotations

import ibis
import pandas as pd
import pytest

from dealwright.core.errors import InputError
from dealwright.customer.rule_segments import (
    Bound,
    RuleSegment,
    read_rule_segments,
    rule_members,
    rule_overlap,
    rule_sizes,
)

FEATURES = ("orders", "deal_share", "spend_minor")
PROFILES = ibis.memtable(
    pd.DataFrame(
        {
            "customer_id": ["ann", "bob", "cat", "dan"],
            "orders": [12, 10, 9, 1],
            "deal_share": [0.9, 0.1, None, 0.8],
            "spend_minor": [5_000, 3_000, 1_500, 500],
        }
    )
)
REGULARS = RuleSegment("regulars", (Bound("orders", at_least=10),))
HUNTERS = RuleSegment("deal hunters", (Bound("deal_share", at_least=0.8),))
SMALL = RuleSegment(
    "small regulars", (Bound("orders", at_least=2, at_most=10), Bound("spend_minor", at_most=3_000))
)
NOBODY = RuleSegment("nobody", (Bound("orders", at_least=100),))


def problems_of(*rows: object) -> list[str]:
    with pytest.raises(InputError) as refusal:
        read_rule_segments(list(rows), features=FEATURES)
    return list(refusal.value.problems)


def test_limits_are_included() -> None:
    members = rule_members(PROFILES, [REGULARS, HUNTERS]).execute()
    assert list(members.itertuples(index=False, name=None)) == [
        ("deal hunters", "ann"),
        ("deal hunters", "dan"),
        ("regulars", "ann"),
        ("regulars", "bob"),
    ]


def test_every_rule_of_a_segment_must_hold() -> None:
    assert rule_members(PROFILES, [SMALL]).execute()["customer_id"].tolist() == ["bob", "cat"]


def test_who_lacks_a_feature_is_not_in_segments_that_ask_for_it() -> None:
    low = RuleSegment("no deals", (Bound("deal_share", at_most=1.0),))
    assert rule_members(PROFILES, [low]).execute()["customer_id"].tolist() == ["ann", "bob", "dan"]


def test_sizes_are_in_customers_and_in_spend() -> None:
    assert rule_sizes(PROFILES, [REGULARS, HUNTERS, NOBODY]).to_dict("list") == {
        "segment": ["regulars", "deal hunters", "nobody"],
        "n_customers": [2, 2, 0],
        "share": [0.5, 0.5, 0.0],
        "spend_minor": [8_000, 5_500, 0],
        "spend_share": [0.8, 0.55, 0.0],
    }


def test_segments_may_overlap_and_the_table_says_how_far() -> None:
    overlap = rule_overlap(PROFILES, [REGULARS, HUNTERS, SMALL])
    assert overlap.index.tolist() == overlap.columns.tolist() == ["regulars", "deal hunters", "small regulars"]
    assert overlap.to_numpy().tolist() == [[2, 1, 1], [1, 2, 0], [1, 0, 2]]


def test_segments_of_an_empty_shop_are_empty() -> None:
    nobody = PROFILES.filter(PROFILES.orders > 99)
    assert rule_sizes(nobody, [REGULARS])[["n_customers", "share"]].to_dict("list") == {
        "n_customers": [0],
        "share": [0.0],
    }
    assert rule_overlap(nobody, [REGULARS]).to_numpy().tolist() == [[0]]


def test_what_is_written_is_read_back() -> None:
    segments = (REGULARS, HUNTERS, SMALL)
    assert read_rule_segments([segment.to_dict() for segment in segments], features=FEATURES) == segments


def test_a_misspelled_feature_is_named_with_the_nearest() -> None:
    row = {"name": "a", "all_of": [{"feature": "order", "at_least": 1}]}
    assert problems_of(row) == [
        "segment 1: no feature is called 'order'; did you mean 'orders'? Allowed: deal_share, orders, spend_minor"
    ]


def test_a_feature_that_is_no_name_is_refused() -> None:
    with pytest.raises(InputError, match="no feature is called"):
        read_rule_segments(
            [{"name": "a", "all_of": [{"feature": ["orders"], "at_least": 1}]}], features=frozenset(FEATURES)
        )


def test_a_misspelled_key_is_named_with_the_nearest() -> None:
    row = {"name": "a", "all_of": [{"feature": "orders", "at_leest": 1, "at_most": 2}]}
    assert problems_of(row) == [
        "segment 1: no key is called 'at_leest'; did you mean 'at_least'? Allowed: at_least, at_most, feature"
    ]


def test_all_mistakes_are_told_at_once() -> None:
    assert problems_of(
        {"name": "", "all_of": [{"feature": "orders"}]},
        {"name": "b", "all_of": [{"feature": "orders", "at_least": 5, "at_most": 4}]},
        {"name": "c", "all_of": [{"feature": "orders", "at_least": "many"}, 7]},
        {"name": "d", "all_of": []},
        "everybody",
    ) == [
        "segment 1: its name is ''; give it some text",
        "segment 1: 'orders' has neither at_least nor at_most; give one or both",
        "segment 2: 'orders' cannot be at least 5 and at most 4",
        "segment 3: at_least of 'orders' is 'many'; give a number",
        "segment 3: 7 is not a rule; give feature and at_least or at_most",
        "segment 4: all_of is []; give a list of at least one {feature, at_least, at_most}",
        "segment 5: 'everybody' is not a segment; give name and all_of",
    ]


def test_two_segments_of_one_name_are_refused() -> None:
    assert problems_of(REGULARS.to_dict(), REGULARS.to_dict()) == [
        "two segments are called 'regulars'; name each once"
    ]


@pytest.mark.parametrize("value", [True, float("nan"), float("inf")])
def test_a_limit_is_a_finite_number(value: object) -> None:
    row = {"name": "a", "all_of": [{"feature": "orders", "at_most": value}]}
    assert problems_of(row) == [f"segment 1: at_most of 'orders' is {value!r}; give a number"]


@pytest.mark.parametrize("data", [None, [], "regulars", {"name": "a"}])
def test_what_is_no_list_of_segments_is_refused(data: object) -> None:
    with pytest.raises(InputError, match="rule segments are a list of segments, each with name and all_of"):
        read_rule_segments(data, features=FEATURES)
