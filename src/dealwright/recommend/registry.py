"""Which recommenders there are, by name; a recommender's library is loaded when it is made."""

from __future__ import annotations

from collections.abc import Callable

from dealwright.core.registry import Registry
from dealwright.recommend.promoted import Promoted
from dealwright.recommend.protocol import Recommender, Told, unheard
from dealwright.recommend.words import Segment, plain_words


def recommenders(
    *,
    seed: int = 0,
    promoted: Promoted | None = None,
    segment: Segment = plain_words,
    told: Told = unheard,
) -> Registry[Recommender]:
    """All built-in recommenders; `seed` fixes what is random.

    The hybrid weighs what is `promoted`, if it is known; `segment` tells the words of titles;
    `told` hears how much of a long learning is done.

    >>> "ease" in recommenders()
    True
    """
    made: dict[str, Callable[[], Recommender]] = {
        "popular": _popular,
        "recent_popular": _recent_popular,
        "buy_again": _buy_again,
        "item_item": _item_item,
        "ease": _ease,
        "als": lambda: _als(seed),
        "bpr": lambda: _bpr(seed),
        "content": _content,
        "covisit": _covisit,
        "neighbours": _both_neighbours,
        "sequence": lambda: _sequence(seed, told),
        "text": lambda: _text(segment),
        "hybrid": lambda: _hybrid(seed, promoted),
    }
    return Registry("recommender", made)


def _popular() -> Recommender:
    from dealwright.recommend.popular import Popular

    return Popular()


def _recent_popular() -> Recommender:
    from dealwright.recommend.popular import Popular

    return Popular(weeks=4.0)


def _buy_again() -> Recommender:
    from dealwright.recommend.buy_again import BuyAgain

    return BuyAgain()


def _item_item() -> Recommender:
    from dealwright.recommend.item_item import ItemItem

    return ItemItem()


def _ease() -> Recommender:
    from dealwright.recommend.ease import Ease

    return Ease()


def _als(seed: int) -> Recommender:
    from dealwright.recommend.als import Als

    return Als(seed=seed)


def _bpr(seed: int) -> Recommender:
    from dealwright.recommend.bpr import Bpr

    return Bpr(seed=seed)


def _content() -> Recommender:
    from dealwright.recommend.content import Content

    return Content()


def _covisit() -> Recommender:
    from dealwright.recommend.covisit import CoVisit

    return CoVisit()


def _both_neighbours() -> Recommender:
    from dealwright.recommend.both_neighbours import BothNeighbours

    return BothNeighbours()


def _sequence(seed: int, told: Told) -> Recommender:
    from dealwright.recommend.sequence import OrderSequence

    return OrderSequence(seed=seed, told=told)


def _text(segment: Segment) -> Recommender:
    from dealwright.recommend.text_content import TextContent

    return TextContent(segment=segment)


def _hybrid(seed: int, promoted: Promoted | None) -> Recommender:
    from dealwright.recommend.hybrid import Hybrid

    return Hybrid(seed=seed, promoted=promoted)
