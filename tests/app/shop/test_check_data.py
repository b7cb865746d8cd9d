"""The report on a shop's data."""

from __future__ import annotations

import json
from datetime import date

import pandas as pd
import pytest

from dealwright.adapters.memory import MemoryTables
from dealwright.app.shop.check_data import DataReport, check_data
from dealwright.core.errors import InputError
from dealwright.data.finding import Severity


def a_small_shop() -> MemoryTables:
    sales = pd.DataFrame(
        {
            "order_id": ["1", "2", "3"],
            "sold_at": pd.to_datetime(["2024-03-01 09:00", "2024-03-02 09:00", "2024-03-02 23:59"]),
            "sku": ["tea", "jam", "tea"],
            "quantity": [1, -1, 1],
            "net_amount": [100, -50, -3],
        }
    )
    products = pd.DataFrame({"sku": ["tea", "tea"], "category": ["DRINKS", "DRINKS"]})
    return MemoryTables({"sales": sales, "products": products})


def codes(report: DataReport) -> list[str]:
    return [finding.code for finding in report.findings]


def test_the_worst_findings_come_first() -> None:
    report = check_data(a_small_shop())
    assert [finding.severity.rank for finding in report.findings] == sorted(
        finding.severity.rank for finding in report.findings
    )
    assert [finding.code for finding in report.of(Severity.SERIOUS)] == ["short_history", "negative_amount"]
    assert {"duplicated_keys", "not_in_catalogue", "customers_not_given", "returns"} <= set(codes(report))


def test_the_report_says_what_it_covers_and_what_is_still_locked() -> None:
    report = check_data(a_small_shop())
    assert report.rows == {"sales": 3, "products": 2}
    assert (report.first_day, report.last_day) == (date(2024, 3, 1), date(2024, 3, 2))
    assert "stock" in report.locked
    assert "products" not in report.locked


def test_today_is_only_judged_if_it_is_given() -> None:
    assert "future_dates" not in codes(check_data(a_small_shop()))
    assert "future_dates" in codes(check_data(a_small_shop(), today=date(2024, 3, 1)))


def test_the_report_becomes_json() -> None:
    plain = json.loads(json.dumps(check_data(a_small_shop()).to_dict()))
    assert plain["first_day"] == "2024-03-01"
    assert plain["findings"][0]["severity"] == "serious"
    assert plain["findings"][0]["remedy"]


def test_one_single_row_makes_a_report() -> None:
    line = {"order_id": "1", "sold_at": pd.Timestamp("2024-03-01"), "sku": "tea", "quantity": 1, "net_amount": 9}
    assert codes(check_data(MemoryTables({"sales": pd.DataFrame([line])})))[0] == "single_row"


def test_without_sales_there_is_nothing_to_check() -> None:
    with pytest.raises(InputError, match="no sales to check; import"):
        check_data(MemoryTables({"products": pd.DataFrame({"sku": ["tea"]})}))


def test_progress_goes_from_start_to_end() -> None:
    shares: list[float] = []
    check_data(a_small_shop(), progress=lambda _what, share: shares.append(share))
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)
