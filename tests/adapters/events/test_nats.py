"""Events over a real NATS server: at least once from the broker, once in the books."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from dealwright.adapters.events.memory import MemoryEvents
from dealwright.app.events.event_ports import Counts
from nats_server import WHY_NOT, running, server_file
from shop_events import drawn_events, events_over, told

pytestmark = pytest.mark.skipif(server_file() is None, reason=WHY_NOT)


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    with running(tmp_path / "streams") as address:
        yield address


def publish(url: str, events: Sequence[object]) -> None:
    import nats

    async def send() -> None:
        client = await nats.connect(url)
        jetstream = client.jetstream()
        for one in events:
            await jetstream.publish("dealwright.events.shop", json.dumps(one).encode())
        await client.close()

    asyncio.run(send())


def test_what_a_broker_delivers_is_counted_as_if_it_were_sent_directly(url: str) -> None:
    from dealwright.adapters.events.nats import NatsFeed

    feed, events, direct = NatsFeed(url), events_over(MemoryEvents()), events_over(MemoryEvents())
    batch = drawn_events(seed=1, n=120)
    publish(url, [*batch, "no event"])
    direct.take_all(batch)
    counts = sum(events.follow(feed, wait_seconds=0.5, most=50), Counts())
    feed.close()
    assert counts == Counts(121, accepted=120, quarantined=1)
    assert told(events) == told(direct)


def test_what_was_not_acknowledged_comes_again_and_counts_once(url: str) -> None:
    from dealwright.adapters.events.nats import NatsFeed

    events = events_over(MemoryEvents())
    crashed = NatsFeed(url, ack_seconds=1)
    publish(url, drawn_events(seed=1, n=20))
    parcel = crashed.pull(15, wait_seconds=2)
    assert parcel is not None
    first = events.take(parcel.texts)
    crashed.close()
    feed = NatsFeed(url, ack_seconds=1)
    counts = sum(events.follow(feed, wait_seconds=2), Counts())
    feed.close()
    assert first == Counts(15, accepted=15)
    assert counts == Counts(20, accepted=5, duplicates=15)


def test_events_outlive_the_broker_and_a_consumer_goes_on_where_it_was(tmp_path: Path) -> None:
    from dealwright.adapters.events.nats import NatsFeed

    events = events_over(MemoryEvents())
    batch = drawn_events(seed=1, n=30)
    for part, n_left in ((batch[:10], 10), (batch[10:], 20)):
        with running(tmp_path / "streams") as url:
            feed = NatsFeed(url)
            publish(url, part)
            assert sum(events.follow(feed, wait_seconds=0.5), Counts()) == Counts(n_left, accepted=n_left)
            feed.close()


def test_a_broker_that_is_not_there_is_told_in_one_line() -> None:
    from dealwright.adapters.events.nats import BrokerUnavailableError, NatsFeed

    with pytest.raises(BrokerUnavailableError, match="NATS does not answer"):
        NatsFeed("nats://127.0.0.1:9")
