"""Which broker stands behind an address."""

from __future__ import annotations

from typing import Final

from dealwright.app.events.event_ports import Feed
from dealwright.core.errors import InputError

STREAM: Final = "DEALWRIGHT_EVENTS"
"""What events are read from unless told otherwise: a stream of NATS or Redis, a topic of Kafka."""
BROKERS: Final = ("nats", "kafka", "redis", "rediss")


def opened_feed(url: str, *, stream: str = STREAM) -> Feed:
    """The feed of the broker at `nats://`, `kafka://`, `redis://` or `rediss://`; it needs that broker's extra.

    InputError for any other address, MissingExtraError without the extra, BrokerUnavailableError if none answers.
    """
    match url.partition("://")[0]:
        case "nats":
            from dealwright.adapters.events.nats import NatsFeed

            return NatsFeed(url, stream=stream)
        case "kafka":
            from dealwright.adapters.events.kafka import KafkaFeed

            return KafkaFeed(url, topic=stream)
        case "redis" | "rediss":
            from dealwright.adapters.events.redis import RedisFeed

            return RedisFeed(url, stream=stream)
        case other:
            raise InputError.unknown("kind of broker", other, BROKERS)
