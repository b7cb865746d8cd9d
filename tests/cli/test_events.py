"""Events at the command line: taken from files and folders, looked at, tried again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from dealwright import bootstrap
from dealwright.cli.events import app
from dealwright.cli.events_words import EVENT_WORDS
from dealwright.core.errors import InputError
from dealwright.settings import shop_settings
from shop_events import event


class Shop:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.database = f"sqlite:///{folder / 'till.db'}"

    def run(self, *words: object) -> str:
        ran = CliRunner().invoke(app, [*map(str, words), "--database", self.database])
        if isinstance(ran.exception, InputError):
            raise ran.exception
        assert ran.exit_code == 0, ran.output
        return ran.stdout

    def told(self, *words: object) -> Any:
        return json.loads(self.run(*words, "--json"))

    def file(self, name: str, *events: object) -> Path:
        path = self.folder / name
        path.write_text("".join(f"{one if isinstance(one, str) else json.dumps(one)}\n" for one in events), "utf-8")
        return path


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


SEEN = event("1", "view", {"customer": "c-1", "sku": "TEA"})
UNKNOWN = event("2", "view", {"customer": "c-1", "campaign_id": "tea"})


def test_a_file_is_taken_once_however_often_it_is_given(shop: Shop) -> None:
    file = shop.file("events.jsonl", SEEN, UNKNOWN, "{")
    counts = shop.told("take", file)
    assert counts == {"sent": 3, "accepted": 1, "corrected": 0, "duplicates": 0, "quarantined": 2}
    assert shop.told("take", file)["duplicates"] == 3
    assert "dealwright events dead" in shop.run("take", shop.file("more.jsonl", "}"))


def test_a_folder_is_emptied_into_its_done_folder(shop: Shop) -> None:
    drop = shop.folder / "drop"
    drop.mkdir()
    shop.file("drop/a.jsonl", SEEN)
    assert shop.told("take", drop)["accepted"] == 1
    assert [one.name for one in (drop / "done").iterdir()] == ["a.jsonl"]


def test_dead_letters_are_shown_corrected_and_dropped(shop: Shop) -> None:
    shop.run("take", shop.file("events.jsonl", UNKNOWN, "{"))
    first, second = shop.told("dead")["dead_letters"]
    assert "no campaign is called 'tea'" in first["problems"][0]
    assert "no campaign is called 'tea'" in " ".join(shop.run("dead").split())
    right = shop.file("right.json", event("2", "view", {"customer": "c-1"}))
    assert shop.told("replay", first["number"], "--corrected", right) == {"taken": 1, "refused": []}
    assert "0 taken, 1 still dead." in shop.run("replay")
    assert shop.told("drop", second["number"]) == {"dropped": 1}
    assert EVENT_WORDS["zh"]["no_dead"] in shop.run("dead", "--lang", "zh")


def test_a_letter_that_does_not_exist_cannot_be_dropped_and_then_no_other_is(shop: Shop) -> None:
    shop.run("take", shop.file("events.jsonl", UNKNOWN))
    (letter,) = shop.told("dead")["dead_letters"]
    with pytest.raises(InputError, match="there is no dead letter 7") as refused:
        shop.run("drop", letter["number"], 7, 8)
    assert "there is no dead letter 8" in str(refused.value)
    assert [one["number"] for one in shop.told("dead")["dead_letters"]] == [letter["number"]]


def test_orders_are_brought_into_the_sales_of_a_shop_once(shop: Shop) -> None:
    line = {"sku": "TEA", "quantity": 2, "net_minor": 1800}
    orders = [
        event(f"o-{n}", "order", {"order_id": f"o-{n}", "currency": currency, "lines": [line]})
        for n, currency in enumerate(("EUR", "USD"))
    ]
    shop.run("take", shop.file("events.jsonl", *orders, SEEN))
    bootstrap.create(shop.folder / "shop", shop_settings())
    words = ("to-sales", "--shop", shop.folder / "shop")
    taken = shop.told(*words)
    told = {name: taken[name] for name in ("read", "orders", "other", "lines_accepted", "lines_quarantined")}
    assert told == {"read": 3, "orders": 2, "other": 1, "lines_accepted": 1, "lines_quarantined": 1}
    assert "18.00 USD" in Path(taken["quarantine"][0]).read_text("utf-8-sig")
    assert shop.told(*words)["read"] == 0
    shop.run("take", shop.file("more.jsonl", event("9", "order", {"order_id": "o-9", "lines": [line]})))
    shown = shop.run(*words, "--lang", "zh")
    assert EVENT_WORDS["zh"]["lines_accepted"] in shown


def test_a_broker_nobody_knows_is_refused(shop: Shop) -> None:
    with pytest.raises(InputError, match="no kind of broker is called 'carrier'"):
        shop.run("take", "carrier://pigeon")


def test_the_words_stand_in_both_languages() -> None:
    assert EVENT_WORDS["en"].keys() == EVENT_WORDS["zh"].keys()


def test_the_problems_of_a_letter_are_told_in_chinese_too(shop: Shop) -> None:
    clock = event("3", "view", {}, minute=60 * 24 * 365 * 50)
    kind = event("4", "veiw", {})
    order = event("5", "order", {"order_id": "o-1", "lines": [], "currency": "euro", "email": "a"})
    shop.run("take", shop.file("events.jsonl", UNKNOWN, clock, kind, order, "{"))
    shown = "".join(shop.run("dead", "--lang", "zh").split())
    for told in (
        "没有名为'tea'的活动",
        "请校准发送方的时钟",
        "没有名为'veiw'的事件类型",
        "项的列表",
        "ISO4217货币代码",
        "不是JSON",
    ):
        assert told in shown
    assert "send" not in shown.replace("dealwright", "")


def test_a_broker_that_is_not_there_is_told_once_without_traces(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    pytest.importorskip("nats")
    ran = CliRunner().invoke(app, ["take", "nats://127.0.0.1:1", "--database", shop.database])
    assert "NATS does not answer" in str(ran.exception)
    assert caplog.records == []
