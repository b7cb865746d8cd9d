"""Standing among competitors: who is followed, how far, and where it stops."""

from __future__ import annotations

import pytest

from dealwright.core.errors import InputError
from dealwright.price.competitor import (
    Index,
    MatchLowest,
    MatchMedian,
    MatchOne,
    Position,
    Quote,
    price_index,
    propose,
)
from dealwright.price.ladder import Ladder

RUNGS = Ladder.of(range(100, 301, 10))
QUOTES = [Quote("A", 200, weight=3), Quote("B", 180), Quote("C", 150, is_in_stock=False), Quote("D", 240)]


@pytest.mark.parametrize(
    ("position", "price"),
    [
        (MatchLowest(), 180),
        (MatchLowest(-0.05), 170),  # 171
        (MatchMedian(), 200),
        (MatchMedian(0.1), 220),
        (MatchOne("D"), 240),
        (MatchOne("C"), 180),  # has no stock: the lowest of the others
        (Index(1.0), 200),  # (3 * 200 + 180 + 240) / 5 = 204
        (Index(0.9), 180),  # 183.6
    ],
)
def test_each_position_takes_its_place_among_those_with_stock(position: Position, price: int) -> None:
    proposal = propose(QUOTES, position, RUNGS, floor=100, fallback=200)
    assert proposal.price == price
    assert proposal.followed == ("A", "B", "D")


def test_nobody_is_followed_below_the_floor() -> None:
    proposal = propose(QUOTES, MatchLowest(), RUNGS, floor=195, fallback=200)
    assert proposal.price == 200
    assert proposal.reason == "the position asks 180, below the floor 195: the floor holds"


def test_without_stock_anywhere_the_fallback_stands() -> None:
    empty = [Quote("A", 120, is_in_stock=False)]
    proposal = propose(empty, MatchLowest(), RUNGS, floor=100, fallback=250)
    assert (proposal.price, proposal.followed) == (250, ())
    assert "no competitor has stock" in proposal.reason
    assert "no competitor is known" in propose([], MatchLowest(), RUNGS, floor=100, fallback=250).reason


def test_a_floor_above_the_ladder_is_refused() -> None:
    with pytest.raises(InputError, match="no rung lies from 400"):
        propose(QUOTES, MatchLowest(), RUNGS, floor=400, fallback=250)


def test_a_quote_of_nothing_is_refused() -> None:
    with pytest.raises(InputError, match="the price of A is 0"):
        Quote("A", 0)
    with pytest.raises(InputError, match="all competitors have weight 0"):
        Index(1.0).target([Quote("A", 100, weight=0)])


def test_the_index_of_an_assortment_is_the_mean_over_products_that_are_quoted() -> None:
    assert price_index([110, 90, 500], [[Quote("A", 100)], [Quote("A", 100)], []]) == 1.0
    with pytest.raises(InputError, match="no index"):
        price_index([100], [[]])
