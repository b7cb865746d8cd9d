"""Messages to a web address, signed so that the receiver knows who sent them and that nothing was changed.

The headers are those of the Standard Webhooks convention: `webhook-id` (the same each time a message is sent),
`webhook-timestamp` and `webhook-signature`.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import ssl
import time
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from dealwright.app.till.deliver_messages import Outcome
from dealwright.app.till.ledger_ports import PendingMessage
from dealwright.core.errors import InputError

LEAST_SECRET = 16  # bytes
TOLERANCE_SECONDS = 300
_MOST_ANSWER = 2_000  # bytes that are read of what the receiver says


class Webhook:
    """See `Sink`: POSTs each message as JSON; anything but an answer of 2xx within the time is a failure.

    Redirects are not followed. InputError for an address that is no web address or has a password in it, and for a
    secret of fewer than 16 bytes.
    """

    def __init__(
        self,
        url: str,
        *,
        secret: bytes,
        timeout_seconds: float = 10.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        parts = urlsplit(url)
        problems = []
        if parts.scheme not in ("https", "http") or not parts.hostname:
            problems.append(f"{parts.scheme or url[:40]!r} is no web address; give https://HOST/PATH")
        if parts.username or parts.password:
            problems.append(
                "a web address with a password in it would stand in logs; receivers check the signature"
            )
        if len(secret) < LEAST_SECRET:
            problems.append(f"a secret has at least {LEAST_SECRET} bytes; given {len(secret)}")
        if problems:
            raise InputError(*problems)
        self._host, self._port = str(parts.hostname), parts.port
        self._path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._context = ssl.create_default_context() if parts.scheme == "https" else None
        self._secret = secret
        self._timeout = timeout_seconds
        self._clock = clock

    def send(self, message: PendingMessage) -> Outcome:
        """See `Sink.send`."""
        body = message_body(message)
        name, at = f"msg_{message.number}", str(int(self._clock()))
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "dealwright",
            "webhook-id": name,
            "webhook-timestamp": at,
            "webhook-signature": signature(self._secret, name, at, body),
        }
        connection = self._connection()
        try:
            connection.request("POST", self._path, body, headers)
            answer = connection.getresponse()
            said = answer.read(_MOST_ANSWER)
        except (OSError, http.client.HTTPException) as error:
            return Outcome(f"{self._host} cannot be reached ({error!r})", is_down=True)
        finally:
            connection.close()
        if 200 <= answer.status < 300:
            return Outcome()
        return Outcome(f"{self._host} answered {answer.status}: {said[:200].decode('utf-8', 'replace')}")

    def _connection(self) -> http.client.HTTPConnection:
        if self._context is not None:
            return http.client.HTTPSConnection(self._host, self._port, timeout=self._timeout, context=self._context)
        return http.client.HTTPConnection(self._host, self._port, timeout=self._timeout)


def message_body(message: PendingMessage) -> bytes:
    """What is sent: the kind of news, about what, when, and the news itself."""
    news = message.message
    sent = {"type": news.kind, "subject": news.subject, "at": news.at.isoformat(), "data": dict(news.body)}
    return json.dumps(sent, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def signature(secret: bytes, name: str, at: str, body: bytes) -> str:
    """`v1,` and the base64 of HMAC-SHA256 over id, timestamp and body, with dots between."""
    digest = hmac.new(secret, b".".join((name.encode(), at.encode(), body)), hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


def is_genuine(headers: Mapping[str, str], body: bytes, *, secret: bytes, now: float) -> bool:
    """Whether a message was signed with the secret within five minutes of `now`; for receivers."""
    given = {name.casefold(): value for name, value in headers.items()}
    name, at = given.get("webhook-id", ""), given.get("webhook-timestamp", "")
    if not at.isdecimal() or abs(now - int(at)) > TOLERANCE_SECONDS:
        return False
    wanted = signature(secret, name, at, body)
    return any(hmac.compare_digest(wanted, one) for one in given.get("webhook-signature", "").split())
