"""What is known of items besides who bought them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dealwright.data import columns as c

Ints = NDArray[np.int64]

LABELS = (c.SUBCATEGORY, c.CATEGORY, c.DEPARTMENT, c.BRAND, c.SUPPLIER)


@dataclass(frozen=True, eq=False)
class Catalogue:
    """Labels of items by kind (`subcategory`, `brand`...): a number per item, -1 where it is not known.

    `titles` (n_items) are what items are called, empty for those without a name; () where no item has one.
    """

    labels: Mapping[str, Ints] = field(default_factory=dict)
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    titles: tuple[str, ...] = ()

    def label(self, kind: str) -> Ints | None:
        """The numbers of one kind of label, None if there is none of that kind."""
        return self.labels.get(kind)

    def word(self, kind: str, item: int) -> str | None:
        """The label of one item in words."""
        number = -1 if kind not in self.labels else int(self.labels[kind][item])
        return None if number < 0 else self.words[kind][number]


def read_catalogue(products: pd.DataFrame, items: Sequence[str]) -> Catalogue:
    """The labels of `items` in a table of products; items that it lacks have none."""
    by_sku = products.drop_duplicates(c.SKU).assign(**{c.SKU: lambda rows: rows[c.SKU].astype(str)})
    rows = by_sku.set_index(c.SKU).reindex(list(items))
    labels, words = {}, {}
    for kind in LABELS:
        if kind in rows and not rows[kind].isna().all():
            codes, values = pd.factorize(rows[kind], sort=True)
            labels[kind], words[kind] = codes.astype(np.int64), tuple(map(str, values))
    titles = () if c.NAME not in rows or rows[c.NAME].isna().all() else tuple(rows[c.NAME].fillna("").astype(str))
    return Catalogue(labels, words, titles)
