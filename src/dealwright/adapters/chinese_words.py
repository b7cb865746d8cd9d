"""Words of Chinese texts by a dictionary: jieba, if it is installed."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Sequence
from functools import cache

from dealwright.core.errors import InputError, MissingExtraError
from dealwright.recommend.words import Segment, bigrams, segment_with

WAYS = ("jieba", "bigrams")


def segmenter(chinese: str = "jieba") -> Segment:
    """Tells words apart: those of Chinese texts by jieba, or, if "bigrams" are asked for, by pairs of characters.

    Texts without Chinese need no library. MissingExtraError once a Chinese text is met and jieba is not installed.
    """
    if chinese not in WAYS:
        raise InputError.unknown("way to tell Chinese words apart", chinese, WAYS)
    return segment_with(bigrams if chinese == "bigrams" else _by_dictionary)


def _by_dictionary(run: str) -> Sequence[str]:
    words: Sequence[str] = _dictionary().lcut(run)
    return words


@cache
def _dictionary():  # type: ignore[no-untyped-def]  # jieba has no types
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # jieba 0.42 is older than Python's warnings about its patterns
            import jieba  # type: ignore[import-not-found, unused-ignore]  # an extra
    except ImportError:
        raise MissingExtraError("jieba", extra="text", purpose="telling Chinese words apart") from None
    jieba.setLogLevel(logging.WARNING)  # it would write of its dictionary to the screen
    return jieba.Tokenizer()
