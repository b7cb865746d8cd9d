from __future__ import annotations

from importlib.util import find_spec

import pandas as pd
import pytest

from dealwright.adapters.chinese_words import segmenter
from dealwright.adapters.memory import MemoryTables
from dealwright.app.customers.find_interests import TEXT, interests_of
from dealwright.core.errors import InputError, MissingExtraError
from dealwright.data import columns as c
from learnt_shop import shop_of

PRODUCTS = pd.DataFrame({c.SKU: ["tea", "milk", "bread"], c.NAME: ["green tea", "whole milk", "rye bread"]})


def _texts(*rows: tuple[str, str, str | None]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=[c.CUSTOMER, TEXT, c.KIND])


def test_titles_of_what_was_bought_and_searches_tell_of_a_customer() -> None:
    found = interests_of(
        shop_of(products=PRODUCTS), ["cy", "ann", "dan"], texts=_texts(("ann", "rye bread", None), ("x", "?", None))
    )
    assert {one.word for one in found.by_customer["cy"]} == {"rye", "bread", "green", "tea"}
    assert found.by_customer["cy"][0].word in ("bread", "rye")
    sources = {one.word: set(one.parts) for one in found.by_customer["ann"]}
    assert sources["rye"] == {"search"}
    assert sources["milk"] == {"bought"}
    assert found.by_customer["dan"] == ()
    assert (found.n_texts, found.n_titles) == (1, 3)


def test_the_table_has_a_row_per_word_with_its_largest_source() -> None:
    table = interests_of(shop_of(products=PRODUCTS), ["ann"], texts=_texts(("ann", "tea", "review")), most=2).table
    assert table["rank"].tolist() == [1, 2]
    assert table.iloc[0][["word", "mostly_from"]].tolist() == ["tea", "review"]


def test_a_customer_who_only_searched_is_known_by_it() -> None:
    found = interests_of(shop_of(products=PRODUCTS), ["dan"], texts=_texts(("dan", "whole milk", "search")))
    assert {one.word for one in found.by_customer["dan"]} == {"whole", "milk"}


def test_chinese_needs_its_library_unless_bigrams_are_asked_for() -> None:
    texts = _texts(("ann", "龙井", "search"))
    if find_spec("jieba") is None:
        with pytest.raises(MissingExtraError, match=r"dealwright\[text\]"):
            interests_of(MemoryTables({}), ["ann"], texts=texts, segment=segmenter())
    found = interests_of(MemoryTables({}), ["ann"], texts=texts, segment=segmenter("bigrams"))
    assert [one.word for one in found.by_customer["ann"]] == ["龙井"]


def test_texts_without_chinese_need_no_library() -> None:
    found = interests_of(MemoryTables({}), ["ann"], texts=_texts(("ann", "oat milk", None)), segment=segmenter())
    assert {one.word for one in found.by_customer["ann"]} == {"oat", "milk"}


def test_what_cannot_be_asked_is_refused() -> None:
    with pytest.raises(InputError, match="import names, or give a file"):
        interests_of(shop_of(), ["ann"])
    with pytest.raises(InputError, match="would count as a purchase"):
        interests_of(shop_of(products=PRODUCTS), ["ann"], texts=_texts(("ann", "tea", "bought")))
    with pytest.raises(InputError, match="1 word or more"):
        interests_of(shop_of(products=PRODUCTS), ["ann"], most=0)
    with pytest.raises(InputError, match="did you mean 'jieba'"):
        segmenter("jiebaa")
