"""Every finding has its sentence and remedy in both languages, filled with the same values."""

from __future__ import annotations

from string import Formatter

from dealwright.compliance.words import FINDING_WORDS


def test_both_languages_tell_the_same_cases() -> None:
    assert FINDING_WORDS["en"].keys() == FINDING_WORDS["zh"].keys()


def test_a_chinese_sentence_asks_for_no_value_that_the_english_one_lacks() -> None:
    def values(said: tuple[str, str]) -> set[str]:
        return {name for text in said for _, name, _, _ in Formatter().parse(text) if name}

    extra = {
        code: values(FINDING_WORDS["zh"][code]) - values(FINDING_WORDS["en"][code]) for code in FINDING_WORDS["en"]
    }
    assert {code: names for code, names in extra.items() if names} == {}
