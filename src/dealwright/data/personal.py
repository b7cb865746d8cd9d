"""Which values say who somebody is: events need none of them, so none is let in."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

_NAMES = """
email mail emailaddress phone phonenumber telephone mobile mobilenumber cellphone fax firstname lastname
fullname surname givenname familyname customername contactname username nickname address streetaddress street
postaladdress billingaddress shippingaddress deliveryaddress zip zipcode postcode postalcode birthdate
birthday dateofbirth dob ssn passport passportnumber idcard idnumber nationalid taxid ip ipaddress deviceid
idfa gaid imei macaddress cardnumber creditcard iban bankaccount accountnumber password openid unionid wechat
wechatid
"""
PERSONAL_NAMES = frozenset(_NAMES.split())
"""Names of fields that hold personal data, in small letters without marks between the words."""

MOST_DEPTH = 20
_MARKS = str.maketrans("", "", "_-. ")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_EMAIL_WITHIN = re.compile(r"[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
_PHONE = re.compile(r"\+\d[\d ()./-]{6,}\d|\(?0\d{1,5}\)?[ /.-]+[\d ./-]{4,}\d|1[3-9]\d{9}")


@lru_cache(maxsize=4096)
def is_personal_name(name: str) -> bool:
    """Whether a field of this name holds what nobody here needs to know.

    >>> is_personal_name("E-Mail"), is_personal_name("sku")
    (True, False)
    """
    return name.casefold().translate(_MARKS) in PERSONAL_NAMES


def looks_personal(text: str) -> bool:
    """Whether a text is written like an e-mail address or a telephone number.

    >>> looks_personal("ann@example.com"), looks_personal("+49 170 1234567"), looks_personal("c-0042")
    (True, True, False)
    """
    return bool(_EMAIL.fullmatch(text) or _PHONE.fullmatch(text))


def personal_fields(given: Any, *, where: str = "", depth: int = 0) -> Iterator[str]:
    """Where in plain values personal data stand, by the names of fields and by how texts are written."""
    if depth > MOST_DEPTH:
        yield f"{where[:60]}… (nested deeper than {MOST_DEPTH})"
    elif isinstance(given, dict):
        for name, value in given.items():
            told = name[:40] if name.isprintable() else ascii(name[:40])
            place = f"{where}.{told}" if where else told
            if is_personal_name(name):
                yield place
            else:
                yield from personal_fields(value, where=place, depth=depth + 1)
    elif isinstance(given, list):
        for number, value in enumerate(given):
            yield from personal_fields(value, where=f"{where}[{number}]", depth=depth + 1)
    elif isinstance(given, str) and _EMAIL.fullmatch(given):
        yield where


def masked(given: Any, *, depth: int = 0) -> Any:
    """The same plain values with every personal one replaced by "***"."""
    if depth > MOST_DEPTH:
        return "***"
    if isinstance(given, dict):
        return {
            name: "***" if is_personal_name(name) else masked(value, depth=depth + 1)
            for name, value in given.items()
        }
    if isinstance(given, list):
        return [masked(value, depth=depth + 1) for value in given]
    return "***" if isinstance(given, str) and looks_personal(given) else given


def masked_text(text: str) -> str:
    """A text that could not be read, with everything written like an e-mail address replaced by "***"."""
    return _EMAIL_WITHIN.sub("***", text)


def pseudonym(customer: str, *, key: bytes) -> str:
    """A name that is always the same for one customer under one key, and says nothing without the key.

    >>> pseudonym("ann@example.com", key=b"secret")
    'p-beac5748fe881f214ea8b8f7b35dd245'
    """
    return "p-" + hmac.new(key, customer.encode(), hashlib.sha256).hexdigest()[:32]
