"""The words of the screens about stock, prices, money and offers: the same in both languages."""

from __future__ import annotations

import string
from collections.abc import Mapping

import pytest

from dealwright.cli.price_words import PRICE_WORDS
from dealwright.cli.reach_words import REACH_WORDS
from dealwright.cli.supply_words import SUPPLY_WORDS


def _asked(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("words", [SUPPLY_WORDS, PRICE_WORDS, REACH_WORDS])
def test_every_sentence_stands_in_both_languages_and_asks_for_the_same(words: Mapping[str, dict[str, str]]) -> None:
    english, chinese = words["en"], words["zh"]
    assert english.keys() == chinese.keys()
    differ = {key for key in english if _asked(english[key]) != _asked(chinese[key])}
    assert differ == set()
