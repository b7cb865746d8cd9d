"""A frontier written as a page, a picture and a table."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from dealwright.adapters.report.frontier import write_frontier
from dealwright.core.errors import InputError


def a_point(of: float, against: float, *, bound: float | None, profit: float) -> dict[str, Any]:
    bounds = {"of_bound": bound, "against_bound": bound}
    promise = {"value": 0.6 * profit, "low": 0.5 * profit, "high": 0.8 * profit, "level": 0.8}
    others = {"n_promotions": 4, "spend": 12.5, "profit": profit, "promise": promise}
    return {"of": of, "against": against, **bounds, **others}


def a_frontier(of: str = "profit", *, bound: float | None = 210.0) -> dict[str, Any]:
    points = [a_point(200.25, 30.0, bound=bound, profit=200.25), a_point(150.0, 45.5, bound=bound, profit=150.0)]
    return {"of": of, "against": "units", "currency": "EUR", "counts": ["units"], "points": points}


def test_three_files_are_written(tmp_path: Path) -> None:
    files = write_frontier(a_frontier(), tmp_path / "new", language="en")
    assert [path.name for path in files] == ["frontier.html", "frontier.png", "frontier.csv"]
    assert files[1].read_bytes().startswith(b"\x89PNG")


def test_the_page_tells_money_as_money_and_pieces_as_pieces(tmp_path: Path) -> None:
    page = write_frontier(a_frontier(), tmp_path, language="en")[0].read_text("utf-8")
    assert "Extra profit against Extra units" in page
    assert "Extra profit the model expects</th>" in page
    assert "€120.15<small>€100 to €160</small>" in page, "what is promised of the first plan"
    assert "€200.25<small>at most €210.00</small>" in page
    assert "45.5<small>at most 210.0</small>" in page
    assert "<script" not in page
    assert '<html lang="zh-CN">' in write_frontier(a_frontier(), tmp_path, language="zh")[0].read_text("utf-8")


@pytest.mark.parametrize("of", ["profit", "revenue"])
def test_what_a_plan_promises_has_a_column_of_its_own_whatever_is_traded(tmp_path: Path, of: str) -> None:
    page = write_frontier(a_frontier(of), tmp_path, language="en")[0].read_text("utf-8")
    assert page.count('<th scope="col"') == 5
    assert "Extra profit promised</th>" in page


def test_what_is_not_proven_is_said_and_can_be_drawn(tmp_path: Path) -> None:
    page = write_frontier(a_frontier(bound=None), tmp_path, language="en")[0].read_text("utf-8")
    assert "not proven" in page


def test_the_table_names_its_columns_as_the_objectives(tmp_path: Path) -> None:
    path = write_frontier(a_frontier("revenue"), tmp_path, language="en")[2]
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows[1] == {
        "revenue": "150.0",
        "units": "45.5",
        "revenue_bound": "210.0",
        "units_bound": "210.0",
        "n_promotions": "4",
        "spend": "12.5",
        "expected_profit": "150.0",
        "promised_profit": "90.0",
        "promised_profit_low": "75.0",
        "promised_profit_high": "120.0",
    }


def test_an_unknown_language_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no language is called 'fr'"):
        write_frontier(a_frontier(), tmp_path / "new", language="fr")
    assert not (tmp_path / "new").exists()
