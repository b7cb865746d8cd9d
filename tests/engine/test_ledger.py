"""What a priced cart draws on which account, and what comes back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from random import Random
from typing import Any

import pytest

from dealwright.campaign.promotion import Limits, Promotion
from dealwright.campaign.schedule import Schedule
from dealwright.core.cart import Cart, LineItem
from dealwright.engine.benefits.amount_off import AmountOff
from dealwright.engine.evaluation import Applied, Evaluation, Gift, PricedLine
from dealwright.engine.ledger import (
    MOST_AMOUNT,
    Balance,
    Delta,
    Move,
    budget_account,
    code_account,
    customer_account,
    customer_units_account,
    deltas,
    limit_accounts,
    limit_demands,
    lock_order,
    merged,
    stock_account,
    stock_demands,
    units_account,
    usage_of,
    uses_account,
    window_start,
)
from dealwright.engine.usage import NO_USAGE

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
APPLIED = Applied("A", 1, "", discount_minor=300, platform_minor=0, merchant_minor=300, n_units=3)


def promotion(*, schedule: Schedule | None = None, **limits: Any) -> Promotion:
    return Promotion("A", "EUR", AmountOff(300), schedule=schedule or Schedule(), limits=Limits(**limits))


def priced(*lines: PricedLine, applied: tuple[Applied, ...] = ()) -> Evaluation:
    return Evaluation("EUR", NOON, lines, (), applied, ())


def demanded(one: Promotion, **options: Any) -> dict[str, int]:
    found = limit_demands(APPLIED, one, customer_id="c", at=NOON, **options)
    return {demand.account: demand.amount for demand in found}


def test_a_promotion_without_limits_draws_on_nothing() -> None:
    assert demanded(promotion()) == {}
    assert limit_accounts(promotion(), customer_id="c", at=NOON) == ()


def test_every_limit_has_its_account_and_counts_uses_units_or_money() -> None:
    one = promotion(total=9, per_customer=2, units=99, units_per_customer=5, budget_minor=10_000)
    assert demanded(one) == {
        "uses/A/customer/c": 1,
        "units/A/customer/c": 3,
        "uses/A": 1,
        "units/A": 3,
        "budget/A": 300,
    }
    assert set(demanded(one)) == set(limit_accounts(one, customer_id="c", at=NOON))


def in_full(
    one: Promotion, applied: Applied, *, customer_id: str, at: datetime, code: str, code_uses: int | None
) -> set[tuple[str, int, int, bool]]:
    """Every account there could be, and of those the ones with a limit and something to draw."""
    limits, name = one.limits, one.id
    accounts = [
        (customer_account(name, customer_id, window=window_start(one, at)), 1, limits.per_customer),
        (customer_units_account(name, customer_id), applied.n_units, limits.units_per_customer),
        (code_account(code), 1, code_uses),
        (uses_account(name), 1, limits.total),
        (units_account(name), applied.n_units, limits.units),
        (budget_account(name), applied.discount_minor, limits.budget_minor),
    ]
    return {
        (account, amount, min(limit, MOST_AMOUNT), limits.returns_on_cancel or account.startswith("budget/"))
        for account, amount, limit in accounts
        if limit is not None and amount > 0
    }


def some_limits(random: Random) -> Limits:
    """Each limit there or not."""
    names = ("total", "per_customer", "units", "units_per_customer", "budget_minor")
    given: dict[str, Any] = {name: random.choice((0, 1, 7, 2**63)) for name in names if random.random() < 0.4}
    if "per_customer" in given and random.random() < 0.5:
        given["per_customer_days"] = random.choice((1, 7, 30))
    return Limits(**given, returns_on_cancel=random.random() < 0.5)


@pytest.mark.parametrize("seed", range(300))
def test_only_limits_that_there_are_draw_on_accounts_whatever_a_promotion_is_limited_by(seed: int) -> None:
    random = Random(seed)
    one = replace(promotion(), id=random.choice(("A", "A/B 50%")), limits=some_limits(random))
    units, discount = random.choice((0, 3)), random.choice((0, 300))
    applied = replace(APPLIED, promotion_id=one.id, n_units=units, discount_minor=discount)
    code_uses = random.choice((None, 1, 5))
    asked: dict[str, Any] = {"customer_id": random.choice(("", "c/1")), "at": NOON}
    found = limit_demands(applied, one, **asked, code="TEA10" if code_uses else "", code_uses=code_uses)
    drawn = {(each.account, each.amount, each.limit, each.comes_back) for each in found}
    assert drawn == in_full(one, applied, **asked, code="TEA10", code_uses=code_uses)
    assert len(drawn) == len(found)
    assert all(each.promotion_id == one.id for each in found)
    everything = replace(APPLIED, promotion_id=one.id)
    wanted = {account for account, *_ in in_full(one, everything, **asked, code="", code_uses=None)}
    assert set(limit_accounts(one, **asked)) == wanted


def test_a_code_is_counted_under_its_own_spelling() -> None:
    assert demanded(promotion(), code="TEA/10", code_uses=3) == {"code/TEA%2F10": 1}
    assert demanded(promotion(), code="TEA10", code_uses=None) == {}


def test_money_comes_back_whatever_happens_to_the_use() -> None:
    one = promotion(total=9, budget_minor=10_000, returns_on_cancel=False)
    back = {demand.account: demand.comes_back for demand in limit_demands(APPLIED, one, customer_id="c", at=NOON)}
    assert back == {"uses/A": False, "budget/A": True}


def test_names_with_slashes_do_not_meet_in_one_account() -> None:
    assert stock_account("b/c", pool="a") != stock_account("c", pool="a/b")
    assert stock_account("50%2F", pool="a") != stock_account("50/", pool="a")


def test_rows_that_many_want_are_locked_last() -> None:
    accounts = ["budget/A", "stock/main/T", "uses/A", "uses/A/customer/c", "seats/g", "code/X", "units/A"]
    assert sorted(accounts, key=lock_order) == [
        "uses/A/customer/c",
        "code/X",
        "seats/g",
        "uses/A",
        "units/A",
        "stock/main/T",
        "budget/A",
    ]


@pytest.mark.parametrize(
    ("start", "at", "expected"),
    [
        (None, NOON, date(2024, 4, 25)),  # 7-day windows from 1970-01-01, a Thursday
        (datetime(2024, 4, 30, 22, tzinfo=UTC), NOON, date(2024, 5, 1)),  # midnight of 1 May in Berlin
        (datetime(2024, 4, 30, 22, tzinfo=UTC), datetime(2024, 5, 7, 21, 59, tzinfo=UTC), date(2024, 5, 1)),
        (datetime(2024, 4, 30, 22, tzinfo=UTC), datetime(2024, 5, 7, 22, tzinfo=UTC), date(2024, 5, 8)),
    ],
)
def test_windows_are_days_of_the_shop_from_the_day_the_promotion_starts(
    start: datetime | None, at: datetime, expected: date
) -> None:
    one = promotion(schedule=Schedule(start=start, zone="Europe/Berlin"), per_customer=1, per_customer_days=7)
    assert window_start(one, at) == expected
    (account,) = limit_accounts(one, customer_id="c", at=at)
    assert account == f"uses/A/customer/c/{expected}"


def test_a_limit_without_days_has_one_window() -> None:
    assert window_start(promotion(per_customer=1), NOON) is None


def test_what_was_used_before_is_read_back_per_promotion() -> None:
    spent = {"uses/A": 4, "uses/A/customer/c": 1, "budget/A": 900, "units/A": 12, "units/A/customer/c": 2}
    usage = usage_of([promotion(per_customer=2)], spent, codes={}, customer_id="c", at=NOON)
    assert (usage.uses, usage.customer_uses) == ({"A": 4}, {"A": 1})
    assert (usage.spent_minor, usage.units, usage.customer_units) == ({"A": 900}, {"A": 12}, {"A": 2})


def test_of_a_promotion_without_limits_nothing_needs_to_be_known() -> None:
    assert usage_of([promotion()], {"uses/A": 4}, codes={}, customer_id="c", at=NOON) == NO_USAGE


def test_lines_of_one_sku_and_gifts_leave_the_shelf_together() -> None:
    cart = Cart(
        "EUR", (LineItem("1", "T", 2, 500), LineItem("2", "T", 1, 500), LineItem("3", "T", 1, 500, store="n"))
    )
    gifts = Applied("A", 1, "", 0, 0, 0, gifts=(Gift("MUG", 1), Gift("T", 1, line="2")))
    lines = [PricedLine(line.line, "T", line.quantity, 500, 500) for line in cart.lines]
    found = merged(stock_demands(cart, priced(*lines, applied=(gifts,))))
    assert {demand.account: demand.amount for demand in found} == {
        "stock/main/T": 3,
        "stock/n/T": 1,
        "stock/main/MUG": 1,
    }
    assert found[1].of_lines == {"1": 2, "2": 1}


def test_moves_of_one_account_are_one_delta_and_a_replaced_hold_changes_nothing() -> None:
    back = Move("uses/A", 1, "held", "available", "h1")
    out = Move("uses/A", 1, "available", "held", "h2", limit=5)
    assert deltas((back, out)) == (Delta("uses/A", 0, 0, 0, limit=5),)
    loaded = Move("stock/main/T", 7, "loaded", "available", "load")
    assert deltas((loaded, back)) == (Delta("uses/A", 1, -1, 0), Delta("stock/main/T", 7, 0, 0))
    assert Balance("uses/A", 3, 1, 2).loaded == 6
