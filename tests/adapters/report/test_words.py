from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from dealwright.adapters.report.words import Words
from dealwright.core.errors import InputError
from dealwright.data.finding import Severity
from dealwright.data.tables import TABLES


def leaves(tree: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    for name, node in tree.items():
        if isinstance(node, Mapping):
            yield from leaves(node, f"{path}{name}.")
        else:
            yield f"{path}{name}", node


ENGLISH, CHINESE = (dict(leaves(Words.of(language).tree)) for language in ("en", "zh"))


def test_both_languages_have_the_same_texts_in_the_same_order() -> None:
    assert list(ENGLISH) == list(CHINESE)


def test_every_text_is_a_text() -> None:
    assert [name for texts in (ENGLISH, CHINESE) for name, text in texts.items() if not isinstance(text, str)] == []


def test_only_codes_are_in_latin_letters_in_chinese() -> None:
    patterns = {"currency", "date"}
    words = {
        word
        for name, text in CHINESE.items()
        if name.split(".")[0] not in patterns
        for word in re.findall(r"[A-Za-z_]{2,}", re.sub(r"\{\w+\}", "", text))
    }
    assert words == {"dealwright", "explain", "report", "recommend", "assumptions", "customer_id"}


def test_both_languages_take_the_same_parameters() -> None:
    # An offer's depth is told as per cent off in English and as tenths of the price in Chinese; the first of two
    # days needs no year of its own in English.
    differ = {"offer.off", *(name for name in ENGLISH if name.startswith(("why.how.cut", "date.")))}
    for name in ENGLISH.keys() - differ:
        params = [set(re.findall(r"\{(\w+)\}", texts[name])) for texts in (ENGLISH, CHINESE)]
        assert params[0] == params[1], name


def test_every_table_and_severity_has_a_name() -> None:
    for words in (Words.of("en"), Words.of("zh")):
        assert set(words.branch("table")) == set(TABLES)
        assert set(words.branch("unlocks")) == set(TABLES) - {"sales"}
        assert set(words.branch("severity")) == {severity.value for severity in Severity}


def test_the_glossary_explains_the_eight_words_it_names() -> None:
    for words in (Words.of("en"), Words.of("zh")):
        assert list(words.branch("glossary")) == list(words.branch("glossary_word"))
        assert len(words.branch("glossary")) == 8


def test_a_name_from_the_data_that_has_no_words_is_none() -> None:
    assert Words.of("en").find("table.dreams") is None


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(InputError, match="no language is called 'EN'"):
        Words.of("EN")
