"""Events from a stream of Redis (or Valkey): a consumer group that acknowledges only what is written here."""

from __future__ import annotations

import contextlib
import json
import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

from dealwright.adapters.events.unavailable import BrokerUnavailableError
from dealwright.app.events.event_ports import Parcel
from dealwright.core.errors import InputError, MissingExtraError

STREAM: Final = "DEALWRIGHT_EVENTS"
GROUP: Final = "dealwright"
FIELD: Final = "event"
"""The field of an entry that holds the event."""
MOST_BYTES: Final = 16 * 2**20  # of a parcel, but for its last entries
_ENTRIES_AT_ONCE = 200
_ACK_SECONDS = 60.0
_PATIENCE_SECONDS = 5.0
_BLOCK_SECONDS = 2.0  # less than the socket waits for an answer

_Entry = tuple[bytes | None, Mapping[bytes, bytes] | None]


class RedisFeed:
    """See `Feed`, over a stream; several processes share the work of one `group`.

    An entry holds an event as JSON in its field `event`. The stream and the group are made if they do not exist; a
    new group begins at the stream's start. What is not acknowledged in `ack_seconds` is delivered to another.
    """

    def __init__(
        self, url: str, *, stream: str = STREAM, group: str = GROUP, ack_seconds: float = _ACK_SECONDS
    ) -> None:
        try:
            import redis
        except ImportError:
            raise MissingExtraError("redis", extra="redis", purpose="taking events from Redis") from None
        self._redis = redis
        self._stream, self._group = stream, group
        self._consumer = secrets.token_hex(8)
        self._ack_seconds = ack_seconds
        self._claim_at = time.monotonic()
        self._claim_from = "0-0"
        self._under_way: dict[str, list[bytes]] = {}
        self._n_parcels = 0
        try:
            self._client: Any = redis.Redis.from_url(
                url, socket_connect_timeout=_PATIENCE_SECONDS, socket_timeout=_PATIENCE_SECONDS
            )
        except ValueError as error:
            raise InputError(
                f"this is no address of Redis ({error}); give it like redis://localhost:6379"
            ) from None
        with self._told():
            self._make_group()

    def pull(self, most: int, *, wait_seconds: float) -> Parcel | None:
        """See `Feed.pull`; what others left comes before what is new."""
        with self._told():
            entries = self._left_by_others(most) or self._fresh(most, wait_seconds)
        if not entries:
            return None
        self._n_parcels += 1
        name = str(self._n_parcels)
        self._under_way[name] = [entry_id for entry_id, _ in entries]
        return Parcel(name, tuple(_text(fields) for _, fields in entries))

    def done(self, parcel: Parcel) -> None:
        """See `Feed.done`."""
        with self._told():
            self._client.xack(self._stream, self._group, *self._under_way.pop(parcel.name))

    def close(self) -> None:
        """See `Feed.close`; a consumer that owes nothing is forgotten, with one that does all it owes would be."""
        with contextlib.suppress(self._redis.RedisError):
            if not self._under_way:
                self._client.xgroup_delconsumer(self._stream, self._group, self._consumer)
        self._client.close()

    def _make_group(self) -> None:
        try:
            self._client.xgroup_create(self._stream, self._group, id="0", mkstream=True)
        except self._redis.ResponseError as error:
            if "BUSYGROUP" not in str(error):  # it is there
                raise

    def _left_by_others(self, most: int) -> list[tuple[bytes, Mapping[bytes, bytes]]]:
        """Entries that were delivered long ago and never acknowledged."""
        if time.monotonic() < self._claim_at:
            return []
        idle = int(self._ack_seconds * 1000)
        answer = self._client.xautoclaim(
            self._stream,
            self._group,
            self._consumer,
            min_idle_time=idle,
            start_id=self._claim_from,
            count=min(most, _ENTRIES_AT_ONCE),
        )
        self._claim_from = answer[0].decode()
        if self._claim_from == "0-0":  # all were looked at
            self._claim_at = time.monotonic() + self._ack_seconds / 2
        return _there(answer[1])

    def _fresh(self, most: int, wait_seconds: float) -> list[tuple[bytes, Mapping[bytes, bytes]]]:
        found: list[tuple[bytes, Mapping[bytes, bytes]]] = []
        size, until = 0, time.monotonic() + wait_seconds
        while len(found) < most and size < MOST_BYTES:
            left = 0.0 if found else until - time.monotonic()
            answer = self._client.xreadgroup(
                self._group,
                self._consumer,
                {self._stream: ">"},
                count=min(most - len(found), _ENTRIES_AT_ONCE),
                block=int(min(left, _BLOCK_SECONDS) * 1000) if left > 0.001 else None,
            )
            entries = _there(answer[0][1]) if answer else []
            if not entries and left <= _BLOCK_SECONDS:
                break
            found += entries
            size += sum(len(value) for _, fields in entries for value in fields.values())
        return found

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (self._redis.RedisError, OSError) as error:
            raise BrokerUnavailableError(
                f"Redis does not answer as it should ({error!r}); check that a server of 6.2 or newer runs there, "
                f"and that {self._stream!r} is a stream"
            ) from None


def _there(entries: Sequence[_Entry]) -> list[tuple[bytes, Mapping[bytes, bytes]]]:
    """Those that somebody has not deleted from the stream meanwhile."""
    return [(entry_id, fields) for entry_id, fields in entries if entry_id is not None and fields is not None]


def _text(fields: Mapping[bytes, bytes]) -> bytes | str:
    """The event; of an entry without one all it says, so that it is seen as a dead letter."""
    event = fields.get(FIELD.encode())
    if event is not None:
        return event
    return json.dumps(
        {name.decode("utf-8", "replace"): text.decode("utf-8", "replace") for name, text in fields.items()}
    )
