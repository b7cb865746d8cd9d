"""What is answered when a recommender has nothing to say of an item."""

from __future__ import annotations

from dealwright.core.errors import InputError
from dealwright.recommend.interactions import Interactions


def nothing_to_say(seen: Interactions, item: int, customer: int | None = None) -> InputError:
    """Names the item, and the customer if it depends on one."""
    who = "" if customer is None else f" for {seen.customers[customer]!r}"
    return InputError(f"there is nothing to say of {seen.items[item]!r}{who}; explain an item that is recommended")
