"""What customers are interested in, as words, from what they bought, searched and wrote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from dealwright.app.ports import Tables
from dealwright.app.shop.read_histories import reach_of, read_purchases_of
from dealwright.core.errors import InputError
from dealwright.data import columns as c
from dealwright.data.tables import Column, Kind, TableContract
from dealwright.recommend.interactions import Interactions
from dealwright.recommend.interests import BOUGHT, Interest, Interests, Said, find_interests
from dealwright.recommend.text_content import weigh_words
from dealwright.recommend.words import Segment, plain_words

TEXT = "text"
TEXTS = TableContract(
    "texts",
    "what customers searched for and wrote: one row per text",
    "interests from words",
    (
        Column(c.CUSTOMER, Kind.NAME, is_required=True),
        Column(TEXT, Kind.NAME, is_required=True),
        Column(c.KIND, Kind.NAME),
    ),
)
SEARCH = "search"
"""What a text is that does not say."""
MOST_WORDS = 10


@dataclass(frozen=True, slots=True)
class CustomerInterests:
    """The words that tell most of each customer, the most telling first; none for who bought and said nothing."""

    by_customer: dict[str, tuple[Interest, ...]]
    n_texts: int
    n_titles: int

    @property
    def table(self) -> pd.DataFrame:
        """One row per customer and word: customer_id, rank, word, weight (a share of 1), its largest source."""
        rows = [
            (customer, rank, one.word, one.weight, max(one.parts, key=lambda source: one.parts[source]))
            for customer, found in self.by_customer.items()
            for rank, one in enumerate(found, start=1)
        ]
        return pd.DataFrame(rows, columns=[c.CUSTOMER, "rank", "word", "weight", "mostly_from"])

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {
            "n_texts": self.n_texts,
            "n_titles": self.n_titles,
            "customers": [
                {
                    c.CUSTOMER: customer,
                    "interests": [
                        {"word": one.word, "weight": one.weight, "parts": dict(one.parts)} for one in found
                    ],
                }
                for customer, found in self.by_customer.items()
            ],
        }


def interests_of(
    tables: Tables,
    customers: Sequence[str],
    *,
    texts: pd.DataFrame | None = None,
    segment: Segment = plain_words,
    most: int = MOST_WORDS,
) -> CustomerInterests:
    """The interests of some customers; words weigh by how rare they are in the titles of all products.

    `texts` has the columns of `TEXTS`; a word that is in no title and only in texts counts too. InputError if the
    shop knows no names of products and there are no texts.
    """
    if most < 1:
        raise InputError(f"1 word or more tells of a customer; given {most}")
    names = list(dict.fromkeys(customers))
    mine = _texts_of(names, texts)
    products = _products(tables)
    if products.empty and mine.empty:
        raise InputError(
            "neither names of products (column 'name' of table 'products') nor texts of these customers are known; "
            "import names, or give a file of searches and reviews"
        )
    items = tuple(products[c.SKU].astype(str))
    weighed = weigh_words([*products[c.NAME].astype(str), *mine[TEXT].astype(str)], segment)
    titles = type(weighed)(weighed.words, weighed.weights[: len(items)], weighed.vectorizer)
    seen = _seen(tables, names, items)
    said = Said(
        np.array([names.index(name) for name in mine[c.CUSTOMER]], dtype=np.int64),
        list(mine[c.KIND].fillna(SEARCH)),
        list(mine[TEXT]),
    )
    found: Interests = find_interests(seen, titles, said)
    return CustomerInterests(
        {name: tuple(found.of(k, most=most)) for k, name in enumerate(names)}, len(mine), len(items)
    )


def _texts_of(names: Sequence[str], texts: pd.DataFrame | None) -> pd.DataFrame:
    if texts is None:
        return pd.DataFrame({c.CUSTOMER: [], TEXT: [], c.KIND: []}, dtype=object)
    mine = texts[texts[c.CUSTOMER].isin(names)]
    wrong = sorted(set(mine[c.KIND].dropna()) & {BOUGHT})
    if wrong:
        raise InputError(f"a text of kind {BOUGHT!r} would count as a purchase; call it 'search' or 'review'")
    return mine


def _products(tables: Tables) -> pd.DataFrame:
    if not tables.has("products"):
        return pd.DataFrame({c.SKU: [], c.NAME: []}, dtype=object)
    products = tables.table("products")
    named: pd.DataFrame = products.filter(products[c.NAME].notnull()).select(c.SKU, c.NAME).to_pandas()
    return named.drop_duplicates(c.SKU).sort_values(c.SKU, ignore_index=True)


def _seen(tables: Tables, names: Sequence[str], items: Sequence[str]) -> Interactions:
    """The purchases of customers in their order, also of those without."""
    if not tables.has("sales"):
        none = np.zeros(0, dtype=np.int64)
        return Interactions(tuple(names), tuple(items), none, none, none, none, np.zeros(0), 1)
    end = reach_of(tables).end
    rows = read_purchases_of(tables, names, items=items, stores=(), columns=(), end=end)
    place = np.array([names.index(name) for name in rows.customers], dtype=np.int64)[rows.customer]
    order = np.argsort(place, kind="stable")
    return Interactions(
        tuple(names),
        rows.items,
        place[order],
        rows.item[order],
        rows.day[order],
        rows.order[order],
        rows.units[order],
        rows.end,
    )
