"""A server looks through everything for garbage where promotions change, and not while it answers requests."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from fractions import Fraction

import pytest

from dealwright.api.garbage import settle, settle_again
from dealwright.api.pricing import Pricing
from dealwright.campaign.promotion import Promotion
from dealwright.engine.benefits.percent_off import PercentOff
from dealwright.till import open_till


class Ring:
    """Holds itself, so that only a look for garbage finds that nobody needs it."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def nothing_set_apart() -> Iterator[None]:
    gc.unfreeze()
    yield
    gc.unfreeze()


def is_looked_through(thing: object) -> bool:
    return any(each is thing for each in gc.get_objects())


def test_what_is_there_when_a_server_settles_is_not_looked_through_again() -> None:
    before = Ring()
    settle()
    after = Ring()
    assert not is_looked_through(before)
    assert is_looked_through(after)


def test_what_nobody_needs_any_more_is_gone_when_a_server_settles_again() -> None:
    ring = Ring()
    gone = weakref.ref(ring)
    settle()
    del ring
    gc.collect()
    assert gone() is not None
    settle_again()
    assert gone() is None


def test_a_process_that_was_not_settled_at_its_start_is_left_alone() -> None:
    settle_again()
    assert gc.get_freeze_count() == 0


def test_promotions_are_set_apart_as_soon_as_they_are_in_force() -> None:
    with open_till("memory:") as till:
        pricing = Pricing(till)
        pricing.refresh()
        settle()
        till.promotions.put([Promotion("tenth", "EUR", PercentOff(Fraction(10)))])
        pricing.refresh()
        (rule,) = till.promotions.offers().compiled.rules
        assert not is_looked_through(rule)
