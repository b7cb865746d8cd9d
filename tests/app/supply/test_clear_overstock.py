"""What to do with stock that will not sell by a day."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from dealwright.app.supply.clear_overstock import Overstock, clear_overstock, weeks_until
from dealwright.core.errors import InputError
from known_demand import known_demand, known_tables
from shop_stock import counted_tables, situation


def last_day() -> date:
    return known_demand().response.weeks[-1] + timedelta(days=7)


def cleared(units: int, terms: str = "", *, products: list[bool] | None = None) -> Overstock:
    return clear_overstock(
        situation(terms, units=units, is_empty=True),
        counted_tables(units),
        by=last_day(),
        depths=(0.1, 0.2, 0.3),
        display_cost_minor=500.0,
        products=None if products is None else np.array(products),
    )


def test_stock_that_sells_by_itself_is_not_told() -> None:
    assert cleared(20).table.empty


def test_much_stock_is_marked_down_or_shown_and_brings_more_than_selling_on() -> None:
    table = cleared(400).table
    assert len(table) == 6
    assert set(table["action"]) <= {"mark_down", "recommend"}
    assert (table["value"] > 0).all()
    assert (table["low"] <= table["value"]).all()
    assert (table["left"] < 400).all()


def test_a_supplier_who_pays_all_back_gets_the_stock() -> None:
    table = cleared(400, "{return_credit_share: 1.0, salvage_share: 0.1}").table
    assert set(table["action"]) == {"return"}
    assert (table["units"] > 100).all()


def test_only_the_products_asked_for_are_told() -> None:
    assert len(cleared(400, products=[True, False, False, False, False, True]).table) == 2


def test_without_counts_nothing_is_too_much() -> None:
    with pytest.raises(InputError, match="needs counted stock, and the shop has none"):
        clear_overstock(situation(), known_tables(), by=last_day(), depths=(0.2,), display_cost_minor=0.0)


def test_the_day_lies_within_the_forecast() -> None:
    weeks = (date(2024, 1, 1), date(2024, 1, 8))
    assert weeks_until(weeks, date(2024, 1, 2)) == 1
    assert weeks_until(weeks, date(2024, 1, 8)) == 1
    assert weeks_until(weeks, date(2024, 1, 15)) == 2
    for day in (date(2024, 1, 1), date(2024, 1, 16)):
        with pytest.raises(InputError, match="is not within the forecast"):
            weeks_until(weeks, day)
