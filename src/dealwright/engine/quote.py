"""The price of one cart at a moment, signed: the shop stands by it until it ends.

A signed quote is text of four parts with dots between: the form, the name of the key, what is promised (JSON in
base64url) and the HMAC-SHA256 of all before its last dot (base64url). Whoever has the key can check it without us;
others can read it, but neither change it nor make one.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any, Final

from dealwright.core.cart import Cart
from dealwright.core.errors import InputError
from dealwright.engine.outcomes import Quote, Refused

LEAST_KEY: Final = 16  # bytes
LONGEST_QUOTE: Final = 65_536  # characters
LONGEST_SECONDS: Final = 86_400
_FORM: Final = "dwq1"


@dataclass(frozen=True, slots=True)
class SignedQuote:
    """What a signed quote says: the cart with this digest costs `total_minor` from `at` until `expires_at`.

    `promotions` maps the promotions that make the price to their versions.
    """

    cart: str
    currency: str
    total_minor: int
    promotions: Mapping[str, int]
    at: datetime
    expires_at: datetime

    @property
    def shown(self) -> Quote:
        """The same as a quote that nobody signed: the most the cart may cost."""
        return Quote(self.total_minor, self.promotions)


def checked_keys(keys: Sequence[bytes]) -> tuple[bytes, ...]:
    """The same keys; InputError if one is short enough to be guessed."""
    problems = [
        f"a key for quotes has at least {LEAST_KEY} bytes; the {number}. has {len(key)}"
        for number, key in enumerate(keys, start=1)
        if len(key) < LEAST_KEY
    ]
    if problems:
        raise InputError(*problems)
    return tuple(keys)


def sign(quote: SignedQuote, key: bytes) -> str:
    """The quote as text that nobody without the key could have made."""
    body = f"{_FORM}.{_name(key)}.{_base64(_json(_plain(quote)))}"
    if len(body) > LONGEST_QUOTE - 100:
        raise InputError(f"{len(quote.promotions)} promotions are too many for one quote; split the cart")
    return f"{body}.{_seal(body, key)}"


def read_signed(text: str, keys: Sequence[bytes]) -> SignedQuote | Refused:
    """What the quote says, if one of the keys signed exactly this text; else "quote_foreign" or "quote_tampered".

    A seal is made and compared in the same time whatever is wrong, and nothing of the text is believed before.
    """
    parts = text.split(".") if text.isascii() and len(text) <= LONGEST_QUOTE else []
    if len(parts) != 4 or parts[0] != _FORM or not keys:
        return Refused("quote_foreign", "this is no quote that this till signs; quote the cart again")
    body, _, seal = text.rpartition(".")
    signer = next((key for key in keys if _name(key) == parts[1]), None)
    is_whole = hmac.compare_digest(_seal(body, signer or keys[0]), seal)
    if signer is None:
        return Refused(
            "quote_foreign", "another shop, or a key that is out of use, signed this; quote the cart again"
        )
    if not is_whole:
        return Refused("quote_tampered", "the quote was changed after it was signed; quote the cart again")
    said = json.loads(_bytes(parts[2]))
    return SignedQuote(**{**said, **{name: datetime.fromisoformat(said[name]) for name in ("at", "expires_at")}})


def digest_of(cart: Cart) -> str:
    """What a quote knows its cart by: 64 hexadecimal digits that any change of any part of it changes.

    >>> digest_of(Cart("EUR")) == digest_of(Cart("EUR", codes=("TEA10",)))
    False
    """
    return hashlib.sha256(_json(_plain(cart))).hexdigest()


def _name(key: bytes) -> str:
    """What a key is told from others by; it tells nothing of the key."""
    return hmac.digest(key, b"the name of a key for quotes", "sha256")[:6].hex()


def _seal(body: str, key: bytes) -> str:
    return _base64(hmac.digest(key, body.encode(), "sha256"))


def _plain(value: Any) -> object:
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, datetime):
        return value.isoformat()
    return {name: _plain(getattr(value, name)) for name in value.__dataclass_fields__}


def _json(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
