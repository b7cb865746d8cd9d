"""Orders that came as events are in the sales of a workspace: each once, whatever happens on the way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from dealwright import workspace
from dealwright.adapters.events.memory import MemoryEvents
from dealwright.adapters.warehouse.sales_book import WarehouseSalesBook
from dealwright.app.events.take_sales import Bookmark, Into, SalesTaken, take_sales
from dealwright.live.events import Events
from dealwright.workspace import Workspace
from shop_events import drawn_events, event, events_over, order_line, shuffled


class PowerCutError(Exception):
    """Between the sales and the bookmark."""


class Interrupted(WarehouseSalesBook):
    """Dies when a batch is in the sales and the bookmark is not yet."""

    def keep(self, bookmark: Bookmark) -> None:
        raise PowerCutError(bookmark.number)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Workspace]:
    with workspace.open(tmp_path / "shop", create=True, time_zone="Europe/Berlin") as opened:
        yield opened


@pytest.fixture
def events() -> Events:
    return events_over(MemoryEvents())


def into(shop: Workspace, book: type[WarehouseSalesBook] = WarehouseSalesBook) -> Into:
    warehouse = shop._parts.warehouse
    return Into(book(warehouse, currency="EUR"), warehouse, "EUR", "Europe/Berlin")


def sales(shop: Workspace) -> list[dict[str, Any]]:
    rows = shop.read_tables().table("sales")
    return list(rows.order_by(list(rows.columns)).to_pyarrow().to_pylist())


def order(number: int, *lines: Mapping[str, Any], **body: Any) -> dict[str, Any]:
    return event(f"e-{number}", "order", {"order_id": f"o-{number}", "lines": list(lines), **body})


def test_an_order_is_in_the_sales_at_the_shops_time_and_in_its_money(shop: Workspace, events: Events) -> None:
    line = order_line("TEA", 2, 1800, discount_minor=200, promotion_ids=["P1"])
    told = order(7, line, customer="c-1", currency="EUR", store="07", channel="web")
    events.take([told | {"at": "2024-05-01T23:30:00+00:00"}, event("v-1", "view", {"sku": "TEA"})])
    taken = shop.import_orders(events.store)
    assert taken == SalesTaken(2, orders=1, other=1, lines_accepted=1)
    (row,) = sales(shop)
    assert row | {"sold_at": str(row["sold_at"])} == {
        "order_id": "shop:o-7",
        "line_id": "r0-1",
        "sold_at": "2024-05-02 01:30:00",
        "sku": "TEA",
        "quantity": 2,
        "net_amount": 1800,
        "discount_amount": 200,
        "customer_id": "c-1",
        "store_id": "07",
        "channel": "web",
        "promotion_id": "P1",
    }


def test_the_next_time_only_what_is_new_is_read(shop: Workspace, events: Events) -> None:
    events.take([order(1, order_line())])
    shop.import_orders(events.store)
    assert shop.import_orders(events.store) == SalesTaken()
    events.take([order(2, order_line())])
    assert shop.import_orders(events.store) == SalesTaken(1, orders=1, lines_accepted=1)


def test_a_crash_between_the_sales_and_the_bookmark_loses_and_doubles_nothing(
    shop: Workspace, events: Events, tmp_path: Path
) -> None:
    events.take_all(shuffled(drawn_events(seed=1, n=90), seed=1))
    with workspace.open(tmp_path / "calm", create=True, time_zone="Europe/Berlin") as calm:
        calm.import_orders(events.store)
        undisturbed = sales(calm)
    for most in (40, 60):  # a batch is another one after each crash
        with pytest.raises(PowerCutError):
            take_sales(events.store, into(shop, Interrupted), most=most)
        take_sales(_First(events, most // 2), into(shop), most=15)
    take_sales(events.store, into(shop), most=50)
    assert sales(shop) == undisturbed
    assert len({(row["order_id"], row["line_id"]) for row in undisturbed}) == len(undisturbed)


class _First:
    """The log as it was when it held so many events."""

    def __init__(self, events: Events, most: int) -> None:
        self._store, self._most = events.store, most

    def newest(self) -> int:
        return min(self._store.newest(), self._most)

    def recorded(self, *, after: int = 0, limit: int = 1000, **_: Any) -> Any:
        found = self._store.recorded(after=after, limit=limit)
        return tuple(one for one in found if one.number <= self._most)


def test_lines_that_cannot_be_sales_are_set_aside_counted_and_do_not_stop_the_others(
    shop: Workspace, events: Events
) -> None:
    events.take([order(1, order_line("TEA"), currency="USD"), order(2, order_line("null"), order_line("JAM"))])
    taken = shop.import_orders(events.store)
    assert (taken.orders, taken.lines_accepted, taken.lines_quarantined) == (2, 1, 2)
    assert {(one.column, *one.examples) for one in taken.problems} >= {("net_amount", "9.00 USD"), ("sku", "null")}
    (file,) = taken.quarantine
    assert len(Path(file).read_text("utf-8-sig").splitlines()) == 3
    assert [row["sku"] for row in sales(shop)] == ["JAM"]


def test_a_batch_of_which_nothing_can_be_sold_is_passed_by(shop: Workspace, events: Events) -> None:
    events.take([order(1, order_line("TEA"), currency="USD")])
    assert shop.import_orders(events.store).lines_quarantined == 1
    events.take([event("r-1", "return", {"order_id": "o-1", "lines": [_back()]}), order(2, order_line("JAM"))])
    taken = shop.import_orders(events.store)
    assert (taken.waiting, taken.lines_accepted) == (1, 1)  # what came back was never sold in the shop's money


def _back() -> dict[str, Any]:
    return {"sku": "TEA", "quantity": 1, "refund_minor": 900}


def test_a_return_that_waits_for_its_order_outlives_the_process(tmp_path: Path, events: Events) -> None:
    events.take([event("r-1", "return", {"order_id": "o-1", "lines": [_back()]})])
    with workspace.open(tmp_path / "shop", create=True) as shop:
        assert shop.import_orders(events.store) == SalesTaken(1, waiting=1)
    events.take([order(1, order_line("TEA", 2, 1800))])
    with Workspace(tmp_path / "shop") as shop:
        assert shop.import_orders(events.store) == SalesTaken(1, orders=1, lines_accepted=2)
        assert [row["quantity"] for row in sales(shop)] == [-1, 2]


def test_another_till_is_read_from_its_start(shop: Workspace, events: Events) -> None:
    events.take([order(1, order_line()), order(2, order_line())])
    shop.import_orders(events.store)
    other = events_over(MemoryEvents())
    other.take([order(3, order_line()), order(4, order_line()), order(5, order_line())])
    assert shop.import_orders(other.store).lines_accepted == 3
    assert shop.import_orders(events.store) == SalesTaken(2, known=2)


def test_orders_of_an_imported_file_are_not_taken_again(shop: Workspace, events: Events, tmp_path: Path) -> None:
    file = tmp_path / "sales.csv"
    file.write_text("order_id,sold_at,sku,quantity,net_amount,customer_id\no-1,2024-05-01,TEA,2,18.00,c-1\n")
    shop.import_file("sales", file)
    events.take([order(1, order_line("TEA", 2, 1800)), order(2, order_line("TEA", 1, 900))])
    assert shop.import_orders(events.store) == SalesTaken(2, orders=1, known=1, lines_accepted=1)
    assert [row["quantity"] for row in sales(shop)] == [2, 1]


def test_how_files_of_sales_are_read_is_not_forgotten_over_events(
    shop: Workspace, events: Events, tmp_path: Path
) -> None:
    file = tmp_path / "sales.csv"
    file.write_text("bon,day,article,pieces,paid\no-1,2024-04-01,TEA,2,18.00\n")
    columns = {"order_id": "bon", "sold_at": "day", "sku": "article", "quantity": "pieces", "net_amount": "paid"}
    shop.import_file("sales", file, mapping=columns)
    events.take([order(2, order_line())])
    shop.import_orders(events.store)
    file.write_text("bon,day,article,pieces,paid\no-3,2024-04-02,TEA,2,18.00\n")
    assert shop.import_file("sales", file).rows_accepted == 1


def test_profiles_that_were_kept_are_counted_anew_when_an_order_was_told_otherwise(
    shop: Workspace, events: Events
) -> None:
    events.take([order(n, order_line("TEA", 1, 900), customer=f"c-{n % 3}") for n in range(1, 40)])
    shop.import_orders(events.store)
    before = _spent(shop)
    events.take([order(1, order_line("TEA", 9, 8100), customer="c-1", revision=1) | {"event_id": "again"}])
    assert shop.import_orders(events.store).lines_withdrawn == 1
    assert _spent(shop) - before == 7200


def _spent(shop: Workspace) -> int:
    return int(shop.profiles().profiles.spend_minor.sum().to_pyarrow().as_py())
