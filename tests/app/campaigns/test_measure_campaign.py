"""What a campaign changed, told by its arms; and what they cannot tell."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from dealwright.app.campaigns.measure_campaign import DAY, HOUR, measure_campaign
from dealwright.app.events.event_ports import CountedCampaign
from dealwright.core.errors import InputError
from dealwright.monitor.tally import Arm, Tally
from live_minutes import minute

TEA = CountedCampaign("tea", ("P1",), ("TEA",), currency="EUR", holdout_share=Fraction(1, 5))


def hours(arm: Arm, n: int = 10, *, apart: int = 60, **figures: Any) -> list[Tally]:
    return [minute(number * apart, arm, **figures) for number in range(n)]


TREATED = hours(
    "treatment", n_exposed=80, n_buyers=12, units=48, net_minor=3600, cost_minor=2000, discount_minor=90
)
HELD = hours("holdout", n_exposed=20, n_buyers=2, units=8, net_minor=800, cost_minor=400, returned_minor=80)


def test_both_arms_are_held_against_each_other() -> None:
    found = measure_campaign(TEA, [*TREATED, *HELD])
    assert (found.n_exposed, found.n_buyers, found.discount_minor) == ((800, 200), (120, 20), 900)
    assert found.sizes is not None
    assert found.sizes.p_value == 1.0  # as many as was meant
    assert found.conversion is not None
    assert found.conversion.difference.value == pytest.approx(0.15 - 0.10)
    # Ten hours each: 480 units against four times 80; 36,000 against four times 7,200; 16,000 against 12,800.
    assert {name: one.value for name, one in found.gains.items()} == {
        "units": 160,
        "net_minor": 7_200,
        "margin_minor": 3_200,
    }
    assert not found.why_not


def test_without_a_hold_out_nothing_is_measured() -> None:
    with pytest.raises(InputError, match="keeps no hold-out"):
        measure_campaign(replace(TEA, holdout_share=Fraction(0)), TREATED)


def test_where_only_buyers_are_known_the_share_that_buys_is_not() -> None:
    treated = [replace(one, n_exposed=one.n_buyers) for one in TREATED]
    held = [replace(one, n_exposed=one.n_buyers) for one in HELD]
    found = measure_campaign(TEA, [*treated, *held])
    assert (found.conversion, found.sizes, found.why_not) == (None, None, {"conversion": "not_seen"})
    assert found.gains["units"].value == 160


def test_more_buyers_than_sights_are_told() -> None:
    treated = [replace(one, n_exposed=5) for one in TREATED]
    assert measure_campaign(TEA, [*treated, *HELD]).why_not == {"conversion": "bought_unseen"}


def test_a_campaign_that_names_no_products_has_no_hold_out_to_compare_sales_with() -> None:
    found = measure_campaign(replace(TEA, skus=()), [*TREATED, *HELD])
    assert found.why_not == dict.fromkeys(("units", "net_minor", "margin_minor"), "unnamed_products")


def test_without_all_costs_there_is_no_margin() -> None:
    found = measure_campaign(TEA, [*TREATED, replace(HELD[0], is_cost_known=False), *HELD[1:]])
    assert (set(found.gains), found.why_not) == ({"units", "net_minor"}, {"margin_minor": "costs_missing"})


def test_a_campaign_of_an_afternoon_is_too_short() -> None:
    found = measure_campaign(TEA, [*TREATED[:7], *HELD[:7]])
    assert set(found.why_not.values()) == {"too_short"}


def test_a_hold_out_that_bought_little_is_nothing_to_compare_with() -> None:
    found = measure_campaign(TEA, [*TREATED, *(replace(one, units=3) for one in HELD)])
    assert found.why_not == dict.fromkeys(("units", "net_minor", "margin_minor"), "too_few_held")
    assert found.conversion is not None


def test_a_long_campaign_is_counted_by_days_for_customers_come_back_within_hours() -> None:
    assert measure_campaign(TEA, [*TREATED, *HELD]).blocks == HOUR
    figures = {"n_exposed": 80, "n_buyers": 12}
    long = [*hours("treatment", apart=24 * 60, **figures), *hours("holdout", apart=24 * 60, **figures)]
    assert measure_campaign(TEA, long).blocks == DAY
