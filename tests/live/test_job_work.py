"""What jobs find: the plan revised while it runs, and the bill of promotions that are over."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from dealwright.app.ports import silent
from dealwright.core.errors import InputError
from dealwright.live.job_work import carry_out
from imported_shop import ImportedShop, imported_shop


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> ImportedShop:
    return imported_shop(tmp_path_factory.mktemp("jobs") / "shop", group="plan")


def found(folder: Path, kind: str, **options: Any) -> Any:
    return carry_out({"folder": str(folder), "kind": kind, "options": options}, silent)


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


def test_promotions_since_a_day_get_their_bill(shop: ImportedShop) -> None:
    since = shop.ends - timedelta(weeks=8)
    bill = found(shop.folder, "review", since=since.isoformat())
    assert bill["reviews"]
    assert all(one["first"] >= since.isoformat() for one in bill["reviews"])
