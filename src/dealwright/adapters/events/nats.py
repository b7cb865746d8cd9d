"""Events from NATS JetStream: a durable consumer that acknowledges only what is written here."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, TypeVar

from dealwright.adapters.events.unavailable import BrokerUnavailableError
from dealwright.app.events.event_ports import Parcel
from dealwright.core.errors import MissingExtraError

if TYPE_CHECKING:
    from nats.aio.msg import Msg

STREAM = "DEALWRIGHT_EVENTS"
SUBJECTS = "dealwright.events.>"
CONSUMER = "dealwright"
MOST_UNDER_WAY = 20_000
_ACK_SECONDS = 60.0
_PATIENCE_SECONDS = 5.0
_T = TypeVar("_T")


class NatsFeed:
    """See `Feed`, over a stream of a NATS server; several processes share the work of one `consumer`.

    The stream is made if it does not exist. At most 20,000 messages are under way unacknowledged; what is not
    acknowledged in a minute is delivered again.
    """

    def __init__(
        self,
        url: str,
        *,
        stream: str = STREAM,
        subjects: str = SUBJECTS,
        consumer: str = CONSUMER,
        ack_seconds: float = _ACK_SECONDS,
    ) -> None:
        try:
            import nats
        except ImportError:
            raise MissingExtraError("nats-py", extra="nats", purpose="taking events from NATS") from None
        self._nats = nats
        self._loop = asyncio.new_event_loop()
        # The client speaks on a thread of its own, so that it answers the server while we write.
        self._thread = threading.Thread(target=self._loop.run_forever, name="nats", daemon=True)
        self._thread.start()
        self._under_way: dict[str, list[Msg]] = {}
        self._n_parcels = 0
        self._client: Any = None
        try:
            self._subscription = self._run(self._subscribed(url, stream, subjects, consumer, ack_seconds))
        except BaseException:
            self.close()
            raise

    def pull(self, most: int, *, wait_seconds: float) -> Parcel | None:
        """See `Feed.pull`."""
        messages = self._run(self._fetched(most, max(wait_seconds, 0.1)))
        if not messages:
            return None
        self._n_parcels += 1
        name = str(self._n_parcels)
        self._under_way[name] = messages
        return Parcel(name, tuple(message.data for message in messages))

    def done(self, parcel: Parcel) -> None:
        """See `Feed.done`."""
        self._run(self._acknowledged(self._under_way.pop(parcel.name)))

    def close(self) -> None:
        """See `Feed.close`."""
        if self._loop.is_closed():
            return
        if self._client is not None:
            with contextlib.suppress(BrokerUnavailableError):  # it is gone already
                self._run(self._client.close())
        asyncio.run_coroutine_threadsafe(_all_ended(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_PATIENCE_SECONDS)
        self._loop.close()

    async def _subscribed(self, url: str, stream: str, subjects: str, consumer: str, ack_seconds: float) -> Any:
        from nats.js.api import AckPolicy, ConsumerConfig
        from nats.js.errors import NotFoundError

        self._client = await self._nats.connect(
            url,
            connect_timeout=_PATIENCE_SECONDS,
            allow_reconnect=True,
            max_reconnect_attempts=3,
            error_cb=_tried_again,
        )
        jetstream = self._client.jetstream()
        try:
            await jetstream.stream_info(stream)
        except NotFoundError:
            await jetstream.add_stream(name=stream, subjects=[subjects])
        config = ConsumerConfig(ack_policy=AckPolicy.EXPLICIT, ack_wait=ack_seconds, max_ack_pending=MOST_UNDER_WAY)
        return await jetstream.pull_subscribe("", durable=consumer, stream=stream, config=config)

    async def _fetched(self, most: int, wait_seconds: float) -> list[Msg]:
        from nats.errors import TimeoutError as NothingCame

        try:
            return list(await self._subscription.fetch(most, timeout=wait_seconds))
        except NothingCame:
            return []

    async def _acknowledged(self, messages: list[Msg]) -> None:
        for message in messages:
            await message.ack()
        await self._client.flush()

    def _run(self, work: Coroutine[Any, Any, _T]) -> _T:
        from nats.errors import Error

        try:
            return asyncio.run_coroutine_threadsafe(work, self._loop).result()
        except (Error, OSError) as error:
            raise BrokerUnavailableError(
                f"NATS does not answer as it should ({error!r}); check that a server with JetStream runs there"
            ) from None


async def _all_ended() -> None:
    """What the client of a server that died still waits for."""
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _tried_again(error: Exception) -> None:
    """Without this the client logs a traceback for each try; what does not end well is raised to who asked."""
