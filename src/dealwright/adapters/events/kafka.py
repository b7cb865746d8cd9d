"""Events from a topic of Kafka: a consumer group whose position moves only over what is written here."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, urlsplit

from dealwright.adapters.events.unavailable import BrokerUnavailableError
from dealwright.app.events.event_ports import Parcel
from dealwright.core.errors import InputError, MissingExtraError

if TYPE_CHECKING:
    from confluent_kafka import Message

TOPIC: Final = "DEALWRIGHT_EVENTS"
GROUP: Final = "dealwright"
MOST_FETCHED_KIB: Final = 16 * 1024
"""What the client holds that was not pulled yet."""
_SESSION_SECONDS = 45.0
_PATIENCE_SECONDS = 5.0
_JOIN_SECONDS = 20.0  # a group gathers for some seconds before it shares its partitions out
_FIRST_FETCH_SECONDS = 1.0
_MORE_SECONDS = 0.02  # for what was fetched together with the first of a parcel
_OURS = {
    "enable.auto.commit": False,
    "enable.auto.offset.store": False,
    "auto.offset.reset": "earliest",
    "queued.max.messages.kbytes": MOST_FETCHED_KIB,
    "log_level": 0,  # what does not end well is raised to who asked
}


@dataclass
class _UnderWay:
    """A parcel, and where each partition goes on behind it."""

    name: str
    behind: dict[int, int]
    is_done: bool = False


class KafkaFeed:
    """See `Feed`, over a topic; several processes share the partitions among one `group`.

    `url` is `kafka://host:port`, more brokers behind commas; what stands behind a `?` are settings of librdkafka
    (`security.protocol=SASL_SSL&sasl.mechanism=PLAIN&sasl.username=...`). A new group begins at the topic's start.
    The position in a partition moves when all parcels up to it are done; after a crash the group goes on there,
    when who died was silent for `session_seconds`.
    """

    def __init__(
        self, url: str, *, topic: str = TOPIC, group: str = GROUP, session_seconds: float = _SESSION_SECONDS
    ) -> None:
        try:
            import confluent_kafka
        except ImportError:
            raise MissingExtraError("confluent-kafka", extra="kafka", purpose="taking events from Kafka") from None
        self._kafka = confluent_kafka
        self._topic = topic
        self._under_way: deque[_UnderWay] = deque()
        self._n_parcels = 0
        self._down = ""
        self._joined_at: float | None = None
        self._join_until = time.monotonic() + _JOIN_SECONDS
        try:
            self._consumer = confluent_kafka.Consumer(
                {**_settings(url), **_OURS, **_alive(session_seconds), "group.id": group, "error_cb": self._hear}
            )
        except confluent_kafka.KafkaException as error:
            raise InputError(
                f"Kafka cannot be asked so: {_reason(error)}; check the settings behind the ?"
            ) from None
        try:
            self._subscribe()
        except BaseException:
            self._consumer.close()
            raise

    def pull(self, most: int, *, wait_seconds: float) -> Parcel | None:
        """See `Feed.pull`; the first time it also waits until the group has shared the partitions out."""
        with self._told():
            first = self._first(time.monotonic() + wait_seconds)
            if first is None:
                return None
            more = self._consumer.consume(most - 1, _MORE_SECONDS) if most > 1 else []
        messages = [self._good(one) for one in (first, *more)]
        behind: dict[int, int] = {}
        for one in messages:
            behind[one.partition()] = one.offset() + 1
        self._n_parcels += 1
        parcel = Parcel(str(self._n_parcels), tuple(one.value() or b"" for one in messages))
        self._under_way.append(_UnderWay(parcel.name, behind))
        return parcel

    def done(self, parcel: Parcel) -> None:
        """See `Feed.done`."""
        for one in self._under_way:
            one.is_done |= one.name == parcel.name
        behind: dict[int, int] = {}
        while self._under_way and self._under_way[0].is_done:
            behind |= self._under_way.popleft().behind
        if behind:
            with self._told():
                self._move(behind)

    def close(self) -> None:
        """See `Feed.close`."""
        self._consumer.close()

    def _subscribe(self) -> None:
        with self._told():
            if self._topic not in self._consumer.list_topics(timeout=_PATIENCE_SECONDS).topics:
                raise InputError(f"the brokers have no topic {self._topic!r}; make it, or name another one")
            self._consumer.subscribe([self._topic], on_assign=self._joined)

    def _joined(self, consumer: object, partitions: Sequence[object]) -> None:
        del consumer, partitions
        if self._joined_at is None:
            self._joined_at = time.monotonic()

    def _first(self, until: float) -> Message | None:
        while True:
            now = time.monotonic()
            joined = self._joined_at
            patient_until = self._join_until if joined is None else max(until, joined + _FIRST_FETCH_SECONDS)
            message = self._consumer.poll(min(max(patient_until - now, 0), 0.2))
            if message is not None:
                return message
            if self._down:
                raise BrokerUnavailableError(_unwell(self._down))
            if now >= patient_until:
                return None

    def _move(self, behind: dict[int, int]) -> None:
        """Move the group's position; where another has the partition by now, it will get these again."""
        kafka = self._kafka
        places = [kafka.TopicPartition(self._topic, one, offset) for one, offset in behind.items()]
        try:
            self._consumer.commit(offsets=places, asynchronous=False)
        except kafka.KafkaException as error:
            codes = kafka.KafkaError
            rebalanced = (codes.ILLEGAL_GENERATION, codes.UNKNOWN_MEMBER_ID, codes.REBALANCE_IN_PROGRESS)
            if error.args[0].code() not in rebalanced:
                raise

    def _good(self, message: Message) -> Message:
        error = message.error()
        if error is not None:
            raise BrokerUnavailableError(_unwell(error.str()))
        self._down = ""
        return message

    def _hear(self, error: Any) -> None:
        if error.code() == self._kafka.KafkaError._ALL_BROKERS_DOWN or error.fatal():
            self._down = error.str()

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except self._kafka.KafkaException as error:
            raise BrokerUnavailableError(_unwell(_reason(error))) from None


def _settings(url: str) -> dict[str, str]:
    parts = urlsplit(url)
    if not parts.netloc:
        raise InputError(f"{url!r} names no broker; give it like kafka://localhost:9092")
    return {**dict(parse_qsl(parts.query)), "bootstrap.servers": parts.netloc}


def _alive(session_seconds: float) -> dict[str, int]:
    silent = int(session_seconds * 1000)
    return {"session.timeout.ms": silent, "heartbeat.interval.ms": silent // 5}


def _reason(error: Any) -> str:
    told = error.args[0]
    return str(told.str() if hasattr(told, "str") else told)


def _unwell(reason: str) -> str:
    return f"Kafka does not answer as it should ({reason}); check that its brokers run there"
