"""What happened at the till reaches other systems, or is seen not to."""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from dealwright.adapters.ledger import faults
from dealwright.adapters.webhook import Webhook, is_genuine
from dealwright.app.till.deliver_messages import Delivered, Patience
from dealwright.app.till.ledger_ports import Change, Message
from dealwright.core.errors import InputError
from dealwright.live.deliveries import Deliveries, open_deliveries
from dealwright.till import Till, open_till
from ledgers import NOON, SetClock, postgres_template, sqlite_template, till_url  # noqa: F401
from postgres_server import postgres_server  # noqa: F401

SECRET = b"a secret of the two of us"
PATIENCE = Patience(first=timedelta(seconds=1), most=timedelta(seconds=8), most_attempts=12)


class Receiver:
    """A server that may refuse half of the requests, by chance, and one message always."""

    def __init__(self) -> None:
        self.refused_share = 0.0
        self._rng = random.Random(1)
        self.taken: list[str] = []
        self.genuine: list[bool] = []
        self.poison = ""
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.genuine.append(is_genuine(dict(self.headers), body, secret=SECRET, now=NOON.timestamp()))
                subject = json.loads(body)["subject"]
                is_refused = outer._rng.random() < outer.refused_share or subject == outer.poison
                if not is_refused:
                    outer.taken.append(subject)
                self.send_response(503 if is_refused else 204)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}/news"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.close()


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def till(till_url: str, clock: SetClock) -> Iterator[Till]:  # noqa: F811
    with open_till(till_url, clock=clock) as opened:
        yield opened


def news(till: Till, *subjects: str) -> None:
    messages = tuple(Message("order_committed", subject, NOON, {"total_minor": 500}) for subject in subjects)
    assert till.ledger.books.write(Change(NOON, messages=messages)) is None


def deliveries_to(till: Till, url: str, **options: Any) -> Deliveries:
    hook = Webhook(url, secret=SECRET, clock=NOON.timestamp, timeout_seconds=2)
    return open_deliveries(till, hook, patience=PATIENCE, **options)


def test_every_message_ends_sent_or_dead_though_half_of_the_requests_fail(
    till: Till, clock: SetClock, receiver: Receiver
) -> None:
    names = [f"o-{number}" for number in range(12)]
    receiver.refused_share, receiver.poison = 0.5, "o-5"
    news(till, *names)
    deliveries = deliveries_to(till, receiver.url)
    rounds = []
    for _ in range(14):
        rounds.append(deliveries.deliver())
        clock.forward(10)
    assert sum(one.sent for one in rounds) == 11
    assert sum(one.dead for one in rounds) == 1
    assert sorted(receiver.taken) == sorted(set(names) - {"o-5"})
    assert all(receiver.genuine)
    (dead,) = deliveries.dead()
    assert (dead.pending.message.subject, dead.attempts) == ("o-5", 12)
    assert "answered 503" in dead.error
    assert deliveries.deliver() == Delivered()


def test_a_message_that_failed_is_left_alone_until_its_time(
    till: Till, clock: SetClock, receiver: Receiver
) -> None:
    receiver.poison = "o-1"
    news(till, "o-1")
    deliveries = deliveries_to(till, receiver.url)
    assert deliveries.deliver().postponed == 1
    assert deliveries.deliver() == Delivered()
    clock.forward(1)
    assert deliveries.deliver().postponed == 1
    clock.forward(1)
    assert deliveries.deliver() == Delivered()


def test_a_receiver_that_is_down_costs_one_message_an_attempt_not_all(till: Till) -> None:
    news(till, "o-1", "o-2", "o-3")
    done = deliveries_to(till, "http://127.0.0.1:9/").deliver()
    assert (done.sent, done.postponed, done.dead) == (0, 1, 0)
    assert "cannot be reached" in done.errors[0]


def test_a_dead_message_can_be_sent_again(till: Till, clock: SetClock, receiver: Receiver) -> None:
    receiver.poison = "o-1"
    news(till, "o-1")
    deliveries = deliveries_to(till, receiver.url)
    for _ in range(12):
        deliveries.deliver()
        clock.forward(10)
    (dead,) = deliveries.dead()
    receiver.poison = ""
    assert deliveries.again(dead.pending.number, 999) == 1
    assert deliveries.deliver().sent == 1
    assert deliveries.dead() == ()


def test_after_a_crash_between_sending_and_noting_the_message_comes_again_under_its_id(
    till: Till, receiver: Receiver
) -> None:
    if till.connected is None:
        pytest.skip("memory does not outlive its process")
    news(till, "o-1")
    deliveries = deliveries_to(till, receiver.url)
    faults.arm("before_commit", "raise")
    with pytest.raises(faults.FaultError):
        deliveries.deliver()
    assert deliveries.deliver().sent == 1
    assert receiver.taken == ["o-1", "o-1"]


def test_a_webhook_that_cannot_be_meant_is_refused_with_all_reasons() -> None:
    with pytest.raises(InputError) as caught:
        Webhook("ftp://ann:pw@example.com/", secret=b"short")
    assert len(caught.value.problems) == 3


def test_a_message_that_was_changed_or_is_old_is_not_genuine() -> None:
    from dealwright.adapters.webhook import signature

    at = str(int(NOON.timestamp()))
    headers = {
        "Webhook-Id": "msg_1",
        "Webhook-Timestamp": at,
        "Webhook-Signature": f"v1,old {signature(SECRET, 'msg_1', at, b'{}')}",
    }
    assert is_genuine(headers, b"{}", secret=SECRET, now=NOON.timestamp())
    assert not is_genuine(headers, b"{} ", secret=SECRET, now=NOON.timestamp())
    assert not is_genuine(headers, b"{}", secret=SECRET, now=NOON.timestamp() + 301)
    assert not is_genuine(headers, b"{}", secret=SECRET + b"!", now=NOON.timestamp())
