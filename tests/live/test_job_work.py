"""What jobs find: the plan revised while it runs, and the bill of promotions that are over."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from dealwright.app.ports import silent
from dealwright.core.errors import InputError
from dealwright.live.events import opened_events
from dealwright.live.job_work import carry_out
from imported_shop import ImportedShop, imported_shop


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> ImportedShop:
    return imported_shop(tmp_path_factory.mktemp("jobs") / "shop", group="plan")


def found(folder: Path, kind: str, database: str = "", **options: Any) -> Any:
    request = {"folder": str(folder), "kind": kind, "options": options, "database": database}
    return carry_out(request, silent)


def test_a_plan_is_revised_once_there_is_one_and_its_first_week_stays(shop: ImportedShop) -> None:
    with pytest.raises(InputError, match="there is no plan yet"):
        found(shop.folder, "replan")
    planned = found(shop.folder, "plan")["summary"]
    revised = found(shop.folder, "replan", most_changed=0)
    assert revised["summary"]["replan"]["locked"] == planned["plan"]["weeks"][:1]
    assert revised["summary"]["replan"]["changes"] == []  # nothing may differ, and nothing new came in
    assert [one["sku"] for one in revised["summary"]["plan"]["promotions"]] == [
        one["sku"] for one in planned["plan"]["promotions"]
    ]


def test_a_plan_is_revised_from_the_orders_that_came_as_events(shop: ImportedShop) -> None:
    planned = found(shop.folder, "plan")["summary"]["plan"]["weeks"]
    database = f"sqlite:///{shop.folder / 'till.db'}"
    with opened_events(database) as events:
        events.take([ordered(shop.ends + timedelta(days=day)) for day in range(1, 8)])
    revised = found(shop.folder, "replan", database, with_orders=True)["summary"]["plan"]["weeks"]
    assert revised[0] == planned[1]  # a week more is known, so planning starts a week later
    assert found(shop.folder, "orders", database)["read"] == 0  # all of them were taken before


def ordered(day: date) -> dict[str, Any]:
    lines = [{"sku": f"sku-{n}", "quantity": 3, "net_minor": 900} for n in range(6)]
    at = f"{day.isoformat()}T12:00:00+00:00"
    body = {"order_id": str(day), "lines": lines}
    return {"source": "shop", "event_id": str(day), "kind": "order", "at": at, "body": body}


def test_the_orders_of_a_till_in_memory_are_out_of_a_jobs_reach(shop: ImportedShop) -> None:
    with pytest.raises(InputError, match="a till in memory is not seen"):
        found(shop.folder, "orders")


def test_promotions_since_a_day_get_their_bill(shop: ImportedShop) -> None:
    since = shop.ends - timedelta(weeks=8)
    bill = found(shop.folder, "review", since=since.isoformat())
    assert bill["reviews"]
    assert all(one["first"] >= since.isoformat() for one in bill["reviews"])
