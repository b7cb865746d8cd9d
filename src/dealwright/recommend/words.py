"""Words of texts about goods: what titles, searches and reviews are counted by."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from dealwright.core.errors import InputError

Segment = Callable[[str], Sequence[str]]
"""Tells the words of a text, in order, as they are compared."""

_CHINESE = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_SIZE = re.compile(r"\d[\d.,/x*-]*\s*[^\W\d_]{0,3}(?![^\W\d_])")
"""A number with what it counts, such as 500 ml or 2x6 pk, is the size of a pack and no word."""
_RUNS = re.compile(rf"[{_CHINESE}]+|[^\W\d_{_CHINESE}]{{2,}}")


def has_chinese(text: str) -> bool:
    """Whether any of it is written without spaces between words, in Chinese characters.

    >>> has_chinese("green tea"), has_chinese("绿茶 500 ml")
    (False, True)
    """
    return re.search(f"[{_CHINESE}]", text) is not None


def segment_with(chinese: Segment) -> Segment:
    """Words between spaces and marks, without sizes and single letters; runs of Chinese characters by `chinese`.

    >>> segment_with(bigrams)("Green TEA 500 ml, 龙井绿茶")
    ['green', 'tea', '龙井', '井绿', '绿茶']
    """

    def words(text: str) -> list[str]:
        found: list[str] = []
        for run in _RUNS.findall(_SIZE.sub(" ", text.casefold())):
            found += chinese(run) if has_chinese(run) else [run]
        return found

    return words


def bigrams(run: str) -> list[str]:
    """Every two characters that follow one another: no words, but what stands in for them without a dictionary."""
    return [run[k : k + 2] for k in range(len(run) - 1)] if len(run) > 1 else [run]


def refuse(run: str) -> list[str]:
    """InputError: words of Chinese texts must be told apart by something."""
    raise InputError(
        f"{run[:10]!r} is written without spaces, and nothing was chosen to tell its words apart; give a segmenter "
        "(the extra 'text' installs one), or ask for bigrams"
    )


plain_words: Segment = segment_with(refuse)
"""Of texts that set spaces between words."""
