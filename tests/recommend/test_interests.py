"""Interests in words, and products like them: three products, rare words tell most."""

from __future__ import annotations

import numpy as np
import pytest

from dealwright.recommend.catalogue import Catalogue
from dealwright.recommend.content import FittedContent
from dealwright.recommend.interactions import Interactions
from dealwright.recommend.interests import Said, find_interests
from dealwright.recommend.text_content import TextContent, weigh_words
from dealwright.recommend.words import plain_words
from dealwright.testing.check_recommender import check_recommender, sample_shop
from small_shop import bought

SEEN = bought(("ann", "1", 7), ("bob", "2", 7), ("cy", "3", 7))
TITLES = ("green tea", "black tea", "rye bread")
NOTHING = Said(np.zeros(0, dtype=np.int64), [], [])


def test_the_rarer_word_tells_more_and_all_words_sum_to_one() -> None:
    found = find_interests(SEEN, weigh_words(TITLES, plain_words), NOTHING)
    green, tea = found.of(0, most=5)
    assert (green.word, tea.word) == ("green", "tea")
    # Inverse document frequencies, smoothed: ln(4/2) + 1 of green, ln(4/3) + 1 of tea.
    rare, common = np.log(2.0) + 1.0, np.log(4 / 3) + 1.0
    assert green.weight == pytest.approx(rare / (rare + common))
    assert green.weight + tea.weight == pytest.approx(1.0)
    assert green.parts == {"bought": green.weight}


def test_what_was_bought_and_each_kind_of_text_count_the_same() -> None:
    said = Said(np.array([0, 0, 0]), ["search", "search", "review"], ["rye", "rye bread", "black"])
    found = find_interests(SEEN, weigh_words(TITLES, plain_words), said)
    sums = {source: float(matrix[[0]].sum()) for source, matrix in found.by_source.items()}
    assert sums == pytest.approx({"bought": 1 / 3, "search": 1 / 3, "review": 1 / 3})
    by_word = {one.word: one.parts for one in found.of(0, most=9)}
    assert by_word["black"] == pytest.approx({"review": 1 / 3})
    assert set(by_word["rye"]) == {"search"}
    assert float(found.total[[1]].sum()) == pytest.approx(1.0)


def test_who_bought_and_said_nothing_that_is_known_has_no_interests() -> None:
    said = Said(np.array([1]), ["search"], ["zebra"])
    seen = SEEN.where(SEEN.customer != 1)
    assert find_interests(seen, weigh_words(TITLES, plain_words), said).of(1, most=5) == []


def test_products_like_what_was_bought_are_recommended_with_the_word_that_says_so() -> None:
    fitted = TextContent().fit(SEEN, Catalogue(titles=TITLES))
    scores = fitted.score(SEEN, np.array([0]))[0]
    assert scores[0] > scores[1] > 0
    assert scores[2] == -np.inf
    reasons = fitted.explain(SEEN, 0, 1)
    assert list(reasons.parts) == ["word tea"]
    assert reasons.score == pytest.approx(scores[1])


def test_shops_without_titles_or_with_the_same_title_throughout_do_no_harm() -> None:
    assert weigh_words(["", "12 ml"], plain_words).words == ()
    same = weigh_words(["tea"] * 60, plain_words)
    assert (same.words, same.weights.shape, same.weigh(["tea"]).shape) == ((), (60, 0), (1, 0))


def test_the_recommender_by_words_keeps_the_promises_of_the_protocol() -> None:
    titles = tuple(f"{kind} {k}x" for k, kind in enumerate(["tea", "bread", "milk"] * 8))
    assert len(titles) == sample_shop()[0].n_items
    check_recommender(_Titled(titles))


class _Titled:
    """The same with titles, which the sample shop has not."""

    name = "titled"

    def __init__(self, titles: tuple[str, ...]) -> None:
        self.titles = titles

    def fit(self, seen: Interactions, catalogue: Catalogue) -> FittedContent:
        """By the titles."""
        return TextContent().fit(seen, Catalogue(catalogue.labels, catalogue.words, self.titles))
