"""A finding says what, how many, and what to do, in both languages."""

from __future__ import annotations

import string

import pytest

from dealwright.core.errors import InputError
from dealwright.data.finding import Finding, Severity
from dealwright.data.finding_words import WORDS


def test_a_finding_speaks_english_and_chinese() -> None:
    finding = Finding("returns", Severity.INFO, "sales", 1234, 0.0123)
    assert finding.sentence == "Order lines with a negative quantity, taken as returns: 1,234 (1.2 %)."
    assert finding.told("zh") == "1,234 条订单行（1.2 %）数量为负：退货。"
    assert finding.remedy == "Nothing has to be done; returns are not counted as demand."


def test_a_tiny_share_is_not_shown_as_zero() -> None:
    assert "(<0.1 %)" in Finding("returns", Severity.INFO, "sales", 1, 0.0002).sentence


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(InputError, match="no language is called 'fr'"):
        Finding("returns", Severity.INFO, "sales", 1, 0.1).told("fr")


def test_the_worst_ranks_first() -> None:
    assert sorted(Severity, key=lambda severity: severity.rank) == [
        Severity.SERIOUS,
        Severity.WARNING,
        Severity.INFO,
    ]


@pytest.mark.parametrize("code", sorted(WORDS))
def test_both_languages_tell_the_same_facts(code: str) -> None:
    for texts in (WORDS[code].found, WORDS[code].remedy):
        fields = {
            lang: {field for _, field, _, _ in string.Formatter().parse(text) if field}
            for lang, text in texts.items()
        }
        assert fields["en"] == fields["zh"]


def test_plain_values_for_json_hold_the_sentence_and_the_remedy() -> None:
    plain = Finding("missing_values", Severity.INFO, "products", 2, 0.5, ("a",), "name").to_dict()
    assert plain["sentence"] == "Rows of products without name: 2 (50.0 %)."
    assert plain["severity"] == "info"
    assert plain["examples"] == ["a"]
