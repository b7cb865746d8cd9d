"""Conformance cases: our own file passes, a wrong amount is found, a broken file is refused with its mistakes."""

from __future__ import annotations

import json
from decimal import Decimal
from importlib.resources import files
from typing import Any

import pytest

from dealwright.app.till.check_promotions import check_promotions
from dealwright.core.errors import InputError

SUITE = files("dealwright.testing").joinpath("promotion_cases.json").read_text(encoding="utf-8")


A_LINE = {"line": "L1", "sku": "tea", "qty": 2, "unit_price": "5.00"}
EVERY_THREE = {"type": "full_reduction", "mode": "every", "tiers": [{"gte": "3.00", "off": "1.00"}]}
TWO_TIERS = [{"gte": "5.00", "percent": "10"}, {"gte": "10.00", "percent": "20"}]


def a_case(**more: Any) -> dict[str, Any]:
    case = {
        "id": "one",
        "cart": {"currency": "EUR", "lines": [A_LINE]},
        "promotions": [{"id": "p", "benefit": {"type": "percent_off", "value": "10", "scope": "order"}}],
        "expected": {"total": "9.00"},
    }
    return case | more


def promoted(benefit: dict[str, Any], *conditions: dict[str, Any], **more: Any) -> dict[str, Any]:
    return a_case(promotions=[{"id": "p", "benefit": benefit, "conditions": list(conditions), **more}])


def checked(*cases: object) -> dict[str, Any]:
    return check_promotions(json.dumps({"schema_version": 1, "cases": cases}))


def total_of(case: dict[str, Any]) -> str:
    failed = checked(case | {"expected": {"total": "-1"}})["failed"]
    total: str = failed[0]["got"].get("total", failed[0]["got"].get("error"))
    return total


def test_every_case_of_our_suite_passes() -> None:
    assert check_promotions(SUITE) == {"passed": 142, "failed": []}


def test_every_case_of_our_suite_looks_at_amounts() -> None:
    cases = json.loads(SUITE)["cases"]
    assert all({"line_discounts", "total", "order_discount"} <= set(case["expected"]) for case in cases)


@pytest.mark.parametrize("name", ["total", "order_discount", "shipping_discount"])
def test_a_cent_too_much_fails_every_case(name: str) -> None:
    cases = json.loads(SUITE)["cases"]
    for case in cases:
        case["expected"][name] = str(Decimal(case["expected"][name]) + Decimal("0.01"))
    result = check_promotions(json.dumps({"cases": cases}))
    assert (result["passed"], len(result["failed"])) == (0, 142)


def test_a_failure_shows_what_was_expected_and_what_was_got() -> None:
    wrong = a_case(expected={"total": "8.99", "line_discounts": {"L1": "1.00"}})
    assert checked(a_case() | {"id": "good"}, wrong) == {
        "passed": 1,
        "failed": [
            {
                "id": "one",
                "expected": {"total": "8.99", "line_discounts": {"L1": "1.00"}},
                "got": {"total": "9.00", "line_discounts": {"L1": "1.00"}},
            }
        ],
    }


def test_a_benefit_nobody_knows_fails_its_case_and_no_other() -> None:
    strange = promoted({"type": "teleport", "scope": "order"}) | {"id": "strange"}
    result = checked(a_case(), strange)
    assert result["passed"] == 1
    assert result["failed"][0]["got"]["error"].startswith("no benefit is called 'teleport'")


@pytest.mark.parametrize(
    ("case", "message"),
    [
        (promoted({"type": "percent_of", "value": "10"}), "did you mean 'percent_off'"),
        (promoted({"type": "percent_off", "value": "10", "scope": "ordr"}), "did you mean 'order'"),
        (promoted({"type": "percent_off", "value": "110"}), "a percentage from 0 to 100"),
        (promoted({"type": "percent_off"}), "the field 'value' is missing"),
        (promoted({"type": "amount_off", "value": "0.001"}), "not a whole number of EUR minor units"),
        (promoted({"type": "amount_off", "value": "ten"}), "a decimal written as text"),
        (promoted({"type": "amount_off", "value": "1e9999"}), "at most 40 digits"),
        (promoted({"type": "amount_off", "value": "9" * 5000}), "at most 40 digits"),
        (promoted({"type": "amount_off", "value": "1"}, {"type": "goods_totl_gt"}), "did you mean"),
        (a_case(cart={"currency": "EUR", "lnes": []}), "did you mean 'lines'"),
        (a_case(cart={"currency": "euro", "lines": []}), "not an ISO 4217 code"),
        (
            a_case(cart={"currency": "EUR", "lines": [{"line": "L1", "sku": "a", "qty": 0, "unit_price": "1"}]}),
            "from 1",
        ),
        (a_case(policy={"rounding": "half_upp"}), "did you mean 'half_up'"),
        (a_case(promotions={}), "is a list"),
        (a_case(cart={"currency": "EUR", "lines": [], "arms": ["x"]}), "arms is an object"),
        (a_case(cart={"currency": "EUR", "lines": [], "shipping_methods": ["id"]}), "methods.0. is an object"),
        (a_case(cart={"currency": "EUR", "lines": [A_LINE | {"tax_rate": "-100"}]}), "percentage from 0 on"),
        (a_case(state={"redemptions": [{"promotion": "p", "uses": "abc"}]}), "uses is a decimal"),
        (a_case(expected={"per_promotion": {"p": None}}), "per_promotion.p is an object"),
        (a_case(expected={}), "would pass whatever the till says"),
        (promoted({"type": "gift", "sku": "x"}, {"type": "first_seen_gte", "value": []}), "name at least one"),
        (promoted({"type": "every_x_reduction", "every": "0", "off": "1"}), "above zero"),
        (promoted({"type": "percent_off", "value": "10", "filtr": {}}), "did you mean 'filter'"),
        (promoted({"type": "percent_off", "value": "10", "max_unit": 1}), "did you mean 'max_units'"),
        (promoted({"type": "bundle_groups_price", "price": "8", "groups": [{"qty": 1, "filtr": {}}]}), "'filter'"),
        ("not a case", "is an object"),
        ({"id": "x"}, "the field 'cart' is missing"),
    ],
)
def test_a_broken_case_is_refused_with_a_remedy(case: object, message: str) -> None:
    with pytest.raises(InputError, match=message):
        checked(case)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "not JSON"),
        ("[" * 100_000, "nested too deeply"),
        ('{"cases": 3}', "cases is a list"),
        ('{"case": []}', "did you mean 'cases'"),
        ('{"schema_version": 9, "cases": []}', "schema_version 9 is not known"),
        (b"\xff\xfe", "not JSON"),
        ("[]", "holds no cases"),
        ('{"cases": []}', "holds no cases"),
        ('{"cases": [{"id": "a", "cart": {}, "cart": {}}]}', "'cart' is there twice in one object .near 'a'.;"),
    ],
)
def test_a_broken_file_is_refused(text: str | bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        check_promotions(text)


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(InputError) as caught:
        checked(promoted({"type": "percent_of"}) | {"id": "a"}, promoted({"type": "giftt"}) | {"id": "b"})
    assert len(caught.value.problems) == 2


def test_a_case_that_stands_twice_is_refused() -> None:
    with pytest.raises(InputError, match="case 'one' is there twice"):
        checked(a_case(), a_case())


@pytest.mark.parametrize(
    ("benefit", "total"),
    [
        ({"type": "percent_off", "value": "33", "scope": "unit"}, "6.70"),
        ({"type": "percent_off", "value": "50", "scope": "units_pool", "max_units": 1}, "7.50"),
        ({"type": "amount_off", "value": "1", "scope": "unit"}, "8.00"),
        ({"type": "amount_off", "value": "1", "scope": "line"}, "9.00"),
        ({"type": "full_reduction", "every": "4.00", "off": "1.00"}, "8.00"),
        (EVERY_THREE | {"cap": "2.50"}, "7.50"),
        ({"type": "tiered_percent", "tiers": TWO_TIERS}, "8.00"),
        ({"type": "tiered_price_by_qty", "tiers": [{"qty_gte": 2, "price": "4.50"}]}, "9.00"),
        ({"type": "fixed_price", "price": "4.00", "scope": "unit"}, "8.00"),
        ({"type": "nth_unit_percent", "group_size": 2, "percent": "50", "scope": "unit"}, "7.50"),
        ({"type": "bundle_groups_price", "price": "8.00", "groups": [{"qty": 2}]}, "8.00"),
        ({"type": "points", "points": 5}, "10.00"),
    ],
)  # fmt: skip
def test_combinations_that_no_case_holds_have_sensible_amounts(benefit: dict[str, Any], total: str) -> None:
    assert total_of(promoted(benefit)) == total


@pytest.mark.parametrize(
    ("condition", "is_met"),
    [
        ({"type": "sku_total_gte", "sku": "tea", "value": "10.00"}, True),
        ({"type": "sku_qty_gt", "sku": "tea", "value": 2}, False),
        ({"type": "category_qty_gte", "category": "x", "value": 1}, False),
        ({"type": "goods_total_lte", "value": "9.99"}, False),
        ({"type": "total_qty_eq", "value": 2}, True),
        ({"type": "not_contains_sku", "value": ["tea"]}, False),
        ({"type": "country_in", "value": ["DE"]}, False),
        ({"type": "customer_group_not_in", "value": ["VIP"]}, True),
        ({"type": "first_order"}, False),
        ({"type": "distinct_skus_gte", "value": 1}, True),
    ],
)
def test_conditions_that_no_case_holds_are_understood(condition: dict[str, Any], is_met: bool) -> None:
    case = promoted({"type": "percent_off", "value": "10", "scope": "order"}, condition)
    assert total_of(case) == ("9.00" if is_met else "10.00")


def test_only_the_codes_entered_count_once_any_is_entered() -> None:
    coded = promoted({"type": "percent_off", "value": "10", "scope": "order"}, trigger="code", code="A")
    assert total_of(coded) == "9.00"
    coded["cart"] = coded["cart"] | {"codes": ["B"]}
    assert total_of(coded) == "10.00"


@pytest.mark.parametrize("total", ["NaN", "sNaN", "Infinity"])
def test_an_expected_amount_that_is_no_number_is_never_met(total: str) -> None:
    assert [one["got"] for one in checked(a_case(expected={"total": total}))["failed"]] == [{"total": "9.00"}]


def test_a_mistake_in_what_is_expected_names_its_case() -> None:
    with pytest.raises(InputError, match=r"case 'one': expected\.after_return is an object"):
        checked(a_case(expected={"after_return": None}))


def test_a_reduction_for_every_so_much_with_several_steps_is_not_priced_by_the_first_alone() -> None:
    steps = [{"gte": "3.00", "off": "1.00"}, {"gte": "5.00", "off": "2.50"}]
    assert "has one step" in total_of(promoted({"type": "full_reduction", "mode": "every", "tiers": steps}))


def test_a_promotion_that_does_not_stack_goes_with_no_other() -> None:
    tenth = {"type": "percent_off", "value": "10", "scope": "order"}
    both: list[dict[str, Any]] = [
        {"id": "alone", "benefit": tenth, "stackable": False},
        {"id": "other", "benefit": tenth},
    ]
    assert total_of(a_case(promotions=both)) == "9.00"
    assert total_of(a_case(promotions=[one | {"stackable": True} for one in both])) == "8.10"


@pytest.mark.parametrize(("policy", "total"), [({}, "10.00"), ({"code_case_sensitive": True}, "9.00")])
def test_a_code_used_in_other_capitals_is_used_unless_capitals_matter(policy: dict[str, Any], total: str) -> None:
    tenth = {"type": "percent_off", "value": "10", "scope": "order"}
    once = promoted(tenth, trigger="code", code="SAVE", limits={"global": 1})
    assert total_of(once | {"policy": policy, "state": {"redemptions": [{"code": "save"}]}}) == total
