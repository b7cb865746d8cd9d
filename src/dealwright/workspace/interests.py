"""What customers of a shop are interested in, with a file of their searches and reviews."""

from __future__ import annotations

from collections.abc import Sequence

from dealwright.adapters.chinese_words import segmenter
from dealwright.app.customers.find_interests import MOST_WORDS, TEXTS, CustomerInterests, interests_of
from dealwright.workspace.listed import read_file
from dealwright.workspace.shop import Shop


def customer_interests(
    shop: Shop,
    customers: Sequence[str],
    *,
    texts: str | None = None,
    chinese: str = "jieba",
    most: int = MOST_WORDS,
) -> CustomerInterests:
    """The words that tell most of each of `customers`; see `app.find_interests`.

    `texts` is a file with customer_id, text and kind (search, review, ...). `chinese` says how the words of Chinese
    texts are told apart: by the library jieba (MissingExtraError if it is needed and not installed), or as bigrams.
    """
    rows = None if texts is None else read_file(shop, TEXTS, texts)
    return interests_of(shop.read_tables(), customers, texts=rows, segment=segmenter(chinese), most=most)
