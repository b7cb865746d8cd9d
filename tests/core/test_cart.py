"""Carts are checked before anything is priced."""

from __future__ import annotations

from typing import Any

import pytest

from dealwright.core.cart import Cart, Delivery, LineItem, checked
from dealwright.core.errors import InputError


@pytest.mark.parametrize("given", [1.5, True, "2"])
def test_half_a_unit_or_a_price_that_is_no_whole_number_is_refused_by_the_name_of_its_line(given: Any) -> None:
    cart = Cart("EUR", (LineItem("1", "TEA", given, given),), (Delivery("post", given),))
    with pytest.raises(InputError) as caught:
        checked(cart)
    assert caught.value.problems == (
        f"line '1': quantity is a whole number from 1 to 1000000000; given {given!r}",
        f"line '1': unit_price_minor is a whole number from 0 to 1000000000000000; given {given!r}",
        f"delivery 'post': fee_minor is a whole number from 0 to 1000000000000000; given {given!r}",
    )
