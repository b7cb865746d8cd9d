"""While a service runs, the till's orders reach campaigns and recommendations by themselves, within a second."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest

from campaigns_of_tests import START, live
from command_line import run
from dealwright.campaign.guardrail import Guardrail
from dealwright.data.personal import pseudonym
from dealwright.live.campaigns import Campaigns
from dealwright.live.counted import CountedShop
from dealwright.live.event_worker import EventWorker
from dealwright.live.events import open_events
from dealwright.live.recommendations import ServedRecommender
from dealwright.live.unit_costs import WorkspaceCosts
from dealwright.live.watch import open_watch
from dealwright.till import Till, open_till
from dealwright.workspace import Workspace
from learnt_shop import sales_of
from ledgers import SetClock, postgres_template, sqlite_template, stored_url  # noqa: F401
from postgres_server import postgres_server  # noqa: F401
from shop_events import START as SHOP_START
from shop_events import event, order_line
from small_shop import END
from till_orders import bought

WEEK = timedelta(days=7)
NO_LOSS = Guardrail("margin_minor", Fraction(0), action="roll_back", least_orders=1)


@contextmanager
def at_work(worker: EventWorker) -> Iterator[None]:
    stop = threading.Event()
    thread = threading.Thread(target=worker.work, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(30)


def seconds_until(is_so: Callable[[], bool]) -> float:
    began = time.monotonic()
    while not is_so():
        assert time.monotonic() - began < 10, "it never came to be"
        time.sleep(0.01)
    return time.monotonic() - began


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop that knows what tea costs, and learnt from what twelve customers bought until a week before `END`."""
    folder = tmp_path_factory.mktemp("shop") / "shop"
    goods = (("tea", 7), ("milk", 14), ("bread", 21))
    rows = [(f"c-{who}", sku, back) for who in range(12) for sku, back in goods]
    run("init", folder)
    sales_of(rows).assign(net_amount="2.50").to_csv(folder / "sales.csv", index=False)
    (folder / "costs.csv").write_text("sku,starts_on,unit_cost\nTEA,2024-01-01,0.95\nTEA,2024-05-02,0.10\n")
    for name in ("sales", "costs"):
        assert run("import", name, folder / f"{name}.csv", "--shop", folder).code == 0
    with Workspace(folder) as shop:
        shop.recommender(model="buy_again", seed=0)
    return folder


def an_order(name: str, customer: str, sku: str, *, days: int = 0) -> dict[str, object]:
    """So many days after `END`."""
    body = {"order_id": name, "customer": customer, "lines": [order_line(sku)]}
    return event(name, "order", body) | {"at": f"{END + timedelta(days=days)}T12:00:00Z"}


def first_choice(recommender: ServedRecommender, customer: str) -> str:
    """What somebody is shown first of their own; "" for who is not known."""
    current = recommender.current(customer)
    assert current is not None
    found = current.for_customer(customer, 1)
    return found.items[0].sku if found.is_known else ""


def test_an_order_at_the_till_is_seen_by_the_watch_within_a_second(
    till: Till, books: Campaigns, clock: SetClock
) -> None:
    events = open_events(till, campaigns=CountedShop(books), costs=lambda skus, _: dict.fromkeys(skus, 95))
    watch = open_watch(till, campaigns=books, minutes=events)
    live(books, clock, guardrails=(NO_LOSS,))
    with at_work(EventWorker(events, ServedRecommender(None))):
        bought(till, "o1")
        took = seconds_until(lambda: bool(events.tallies("tea")))
    assert took < 1
    clock.time = START + timedelta(seconds=2)
    look = watch.look(scope="hard")
    assert [(one.code, one.metric) for one in look.new] == [("breach", "margin_minor")]
    standing = books.standing("tea")
    assert standing is not None
    assert standing.state != "live"


def test_what_goods_cost_is_what_the_workspace_says_of_today_in_its_currency(
    workspace: Path, clock: SetClock
) -> None:
    costs = WorkspaceCosts(workspace, now=clock.now)
    assert costs(["TEA", "CAKE"], "EUR") == {"TEA": 95}
    assert costs(["TEA"], "USD") == {}


def test_orders_that_other_processes_took_are_known_to_recommendations_within_a_second(
    stored_url: str,  # noqa: F811
    workspace: Path,
) -> None:
    clock = SetClock(datetime.combine(END, datetime.min.time(), UTC) + WEEK)
    with open_till(stored_url, clock=clock) as ours, open_till(stored_url, clock=clock) as theirs:
        events, other = open_events(ours), open_events(theirs)
        other.take([an_order("before", "early", "bread", days=1), an_order("known", "old", "bread", days=-10)])
        recommender = ServedRecommender(workspace, events.store)
        recommender.refresh()
        with at_work(EventWorker(events, recommender)):
            seconds_until(lambda: first_choice(recommender, "early") == "bread")
            assert first_choice(recommender, "old") == ""  # of that day the imported sales tell
            other.take([an_order("now", "new", "milk", days=-10)])
            took = seconds_until(lambda: first_choice(recommender, "new") == "milk")
        assert took < 1


def test_who_is_kept_under_a_pseudonym_is_known_when_asked_about_by_name(till: Till, workspace: Path) -> None:
    events = open_events(till, pseudonym_key=b"secret")
    recommender = ServedRecommender(workspace, events.store, pseudonym_key=b"secret")
    recommender.refresh()
    events.take([an_order("1", "ann@example.com", "bread", days=-10)])
    recommender.follow()
    assert first_choice(recommender, "bob@example.com") == ""
    assert first_choice(recommender, "ann@example.com") == "bread"
    assert first_choice(recommender, pseudonym("ann@example.com", key=b"secret")) == ""


def test_events_of_no_use_any_more_go_by_themselves(till: Till, clock: SetClock) -> None:
    events = open_events(till, kept_for=timedelta(days=1))
    views = [event(f"v{number}", "view", {"sku": "TEA"}, minute=60 * 24 * number) for number in range(4)]
    clock.time = SHOP_START + timedelta(days=4)
    events.take(views)
    worker = EventWorker(events, ServedRecommender(None))
    worker.step()
    assert len(events.recorded()) == 4  # once a minute is enough
    worker._forget_at = 0
    worker.step()
    assert [json.loads(one.text)["event_id"] for one in events.recorded()] == ["v2", "v3"]
