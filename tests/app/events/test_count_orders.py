"""One order that two tell: its sums do not depend on who told what when, and no more comes back than was paid."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealwright.app.events.count_orders import MINUTE, NET, ORDERS, RETURNED, add_orders, change_orders, nothing
from dealwright.app.events.event_ports import TILL_SOURCE, Change, FollowUp, Known, Minute, OrderFacts, Share

SHOP, ERP = "shop", "erp"
_NUMBERS = count()


def an_order(source: str, *, net: int = 900, at: int = 0) -> OrderFacts:
    share = Share("tea", "", "TEA", 1, net, None, 100)
    return OrderFacts("o1", source, f"order-{next(_NUMBERS)}", 0, at, (share,), {"tea": 1})


def a_return(source: str, refund: int, *, minute: int) -> FollowUp:
    return FollowUp("o1", source, f"return-{next(_NUMBERS)}", minute * MINUTE, {"TEA": refund})


def a_cancellation(source: str, *, minute: int) -> FollowUp:
    return FollowUp("o1", source, f"cancellation-{next(_NUMBERS)}", minute * MINUTE, None)


def summed(told: Sequence[OrderFacts | FollowUp]) -> Mapping[Minute, Change]:
    """All that was told, at once."""
    into: dict[Minute, Change] = defaultdict(nothing)
    add_orders(into, _orders(told), _follow_ups(told))
    return {minute: change for minute, change in into.items() if any(change)}


def summed_one_by_one(told: Sequence[OrderFacts | FollowUp]) -> Mapping[Minute, Change]:
    """The same, each taken with what is known of those before."""
    into: dict[Minute, Change] = defaultdict(nothing)
    for number in range(len(told)):
        before, new = told[:number], told[number : number + 1]
        known = Known(orders={"o1": _orders(before)}, follow_ups={"o1": _follow_ups(before)})
        change_orders(into, "o1", _orders(new), _follow_ups(new), known)
    return {minute: change for minute, change in into.items() if any(change)}


def _orders(told: Sequence[OrderFacts | FollowUp]) -> list[OrderFacts]:
    return [one for one in told if isinstance(one, OrderFacts)]


def _follow_ups(told: Sequence[OrderFacts | FollowUp]) -> list[FollowUp]:
    return [one for one in told if isinstance(one, FollowUp)]


def back(told: Sequence[OrderFacts | FollowUp]) -> dict[int, int]:
    """What came back, by minute."""
    return {one.start // MINUTE: change[RETURNED] for one, change in summed(told).items() if change[RETURNED]}


@pytest.mark.parametrize(("first", "second"), [(TILL_SOURCE, SHOP), (SHOP, TILL_SOURCE)])
def test_returns_count_whoever_of_two_told_the_order(first: str, second: str) -> None:
    assert back([an_order(first), a_return(second, 200, minute=1)]) == {1: 200}
    assert back([an_order(first), a_return(first, 200, minute=1), a_return(second, 200, minute=2)]) == {1: 200}
    assert back([an_order(first), a_return(first, 200, minute=1), a_return(second, 300, minute=2)]) == {
        1: 200,
        2: 100,
    }


def test_a_cancellation_gives_back_what_neither_of_two_said_came_back() -> None:
    told: list[OrderFacts | FollowUp] = [
        an_order(SHOP),
        a_return(TILL_SOURCE, 200, minute=1),
        a_cancellation(SHOP, minute=2),
    ]
    assert back(told) == {1: 200, 2: 700}
    assert back([*told, a_cancellation(TILL_SOURCE, minute=3)]) == {1: 200, 2: 700}


def test_two_shops_that_number_alike_have_orders_of_their_own() -> None:
    told: list[OrderFacts | FollowUp] = [an_order(SHOP), an_order(ERP, net=500)]
    told += [a_return(ERP, 100, minute=1), a_return(SHOP, 50, minute=2)]
    (bought, *_) = summed(told).values()
    assert (bought[ORDERS], bought[NET]) == (2, 1400)
    assert back(told) == {1: 100, 2: 50}


follow_ups = st.builds(
    lambda source, refund, minute: (
        a_cancellation(source, minute=minute) if refund is None else a_return(source, refund, minute=minute)
    ),
    st.sampled_from([TILL_SOURCE, SHOP, ERP]),
    st.none() | st.integers(0, 1000),
    st.integers(0, 5),
)


@given(st.sampled_from([TILL_SOURCE, SHOP]), st.booleans(), st.lists(follow_ups, max_size=6), st.data())
def test_in_whatever_order_two_tell_the_sums_are_the_same_and_no_more_comes_back_than_was_paid(
    teller: str, has_another: bool, more: list[FollowUp], data: st.DataObject
) -> None:
    orders = [an_order(teller), *([an_order(ERP, net=500, at=MINUTE)] if has_another else [])]
    told: list[OrderFacts | FollowUp] = [*orders, *more]
    assert summed_one_by_one(data.draw(st.permutations(told))) == summed(told)
    assert 0 <= sum(back(told).values()) <= sum(share.net_minor for one in orders for share in one.shares)
