"""What was used before: all that an evaluation needs to know of the past, read once per customer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

_NO_COUNTS: Mapping[str, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class HeldCode:
    """A code the shopper holds and the promotion it proves a right to.

    `uses_left` is `None` without limit. A "foreign" code belongs to another customer.
    """

    code: str
    promotion_id: str
    uses_left: int | None = None
    state: Literal["valid", "used_up", "expired", "foreign"] = "valid"


@dataclass(frozen=True, slots=True)
class Usage:
    """Counts per promotion id: uses, units and money, of everybody and of this customer; unlisted means none.

    `codes` answers the held codes of batches; generic codes need no answer. Keys are as the shopper wrote them.
    """

    codes: Mapping[str, HeldCode] = field(default_factory=lambda: MappingProxyType({}))
    uses: Mapping[str, int] = field(default_factory=lambda: _NO_COUNTS)
    customer_uses: Mapping[str, int] = field(default_factory=lambda: _NO_COUNTS)
    spent_minor: Mapping[str, int] = field(default_factory=lambda: _NO_COUNTS)
    units: Mapping[str, int] = field(default_factory=lambda: _NO_COUNTS)
    customer_units: Mapping[str, int] = field(default_factory=lambda: _NO_COUNTS)


NO_USAGE = Usage()
