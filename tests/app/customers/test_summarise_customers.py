from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from customer_shop import tables
from dealwright.app.customers.know_customers import KnownCustomers, know_customers
from dealwright.app.customers.profile_customers import CustomerProfiles, profile_customers
from dealwright.app.customers.summarise_customers import known_customers_document


@pytest.fixture(scope="module")
def known() -> KnownCustomers:
    return know_customers(tables(), cost_share=0.7, seed=3)


@pytest.fixture(scope="module")
def profiles() -> CustomerProfiles:
    return profile_customers(tables(), seed=3)


@pytest.fixture(scope="module")
def document(known: KnownCustomers, profiles: CustomerProfiles) -> dict[str, Any]:
    return known_customers_document(known, profiles, minor_per_major=100)


def test_the_document_is_plain(document: dict[str, Any]) -> None:
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    assert list(document) == ["value", "journey", "baskets", "suggestion"]


def test_money_is_in_major_units(document: dict[str, Any], known: KnownCustomers) -> None:
    assert known.value is not None
    total = document["value"]["totals"]["lifetime_value"]
    assert total["value"] == pytest.approx(known.value.totals["lifetime_value_minor"].value / 100)
    assert total["low"] <= total["value"] <= total["high"]


def test_the_curve_rises_from_the_least_to_the_most_valuable(document: dict[str, Any]) -> None:
    curve = document["value"]["curve"]
    assert len(curve) == 50
    values = [point["value"] for point in curve]
    assert values == sorted(values)
    assert all(point["low"] <= point["value"] <= point["high"] for point in curve)


def test_every_customer_who_still_comes_may_stay_away(document: dict[str, Any]) -> None:
    leaving = document["value"]["leaving"]
    assert leaving["n_active"] == 108
    assert sum(group["n"] for group in leaving["by_days"]) == 108
    expected = leaving["expected"]
    assert 0 <= expected["low"] < expected["value"] < expected["high"] <= 108
    assert leaving["n_likeliest"] == 11
    assert len(leaving["customers"]) == 8


def test_the_sign_that_tells_most_apart_comes_first_and_worth_falls(document: dict[str, Any]) -> None:
    leaving = document["value"]["leaving"]
    worth = [customer["worth"]["value"] for customer in leaving["customers"]]
    assert worth == sorted(worth, reverse=True)
    first = leaving["signs"][0]
    assert first["likeliest"] != first["others"]


def test_the_ways_out_of_each_state_sum_to_one(document: dict[str, Any]) -> None:
    for state in document["journey"]["states"]:
        assert sum(way["share"] for way in state["next"]) == pytest.approx(1.0)
        assert sum(way["times"] for way in state["next"]) == state["times"]


def test_each_pair_is_told_once_in_its_surer_direction(document: dict[str, Any]) -> None:
    pairs = [frozenset((*rule["antecedent"], *rule["consequent"])) for rule in document["baskets"]["rules"]]
    assert len(pairs) == len(set(pairs)) == document["baskets"]["n_pairs"]
    # Jam is bought only with bread, bread every second time without jam.
    best = document["baskets"]["rules"][0]
    assert (best["antecedent"], best["consequent"], best["confidence"]) == (["spreads"], ["bakery"], 1.0)


def test_a_suggestion_s_reasons_and_the_rest_sum_to_one(document: dict[str, Any]) -> None:
    for item in document["suggestion"]["items"]:
        assert sum(why["part"] for why in item["because"]) + item["rest"] == pytest.approx(1.0)


def test_a_part_that_is_not_known_holds_only_why(profiles: CustomerProfiles) -> None:
    why_not = dict.fromkeys(("value", "journey", "baskets", "suggestion"), "too few")
    nothing = KnownCustomers(2, 2, None, None, None, None, why_not)
    document = known_customers_document(nothing, profiles, minor_per_major=100)
    assert document["value"] == {"why_not": "too few"}


def test_customers_whose_name_is_personal_are_not_named(known: KnownCustomers, profiles: CustomerProfiles) -> None:
    assert known.suggestion is not None
    personal = replace(known, suggestion=replace(known.suggestion, customer="ann@example.com"))
    document = known_customers_document(personal, profiles, minor_per_major=100)
    assert document["suggestion"]["customer"] == "***"
