"""What products are, as numbers, and what that says of how much they sell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array

from dealwright.data import columns as c
from dealwright.data.panel import Panel

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_NAMES = (c.CATEGORY, c.SUBCATEGORY, c.BRAND, c.IS_OWN_LABEL, c.STORE)
_PENALTIES = (0.3, 1.0, 3.0, 10.0, 30.0, 100.0)
N_FOLDS = 10
_SIZE = re.compile(r"\s*(\d+(?:[.,]\d+)?)\s*([a-zA-Z]*)")


@dataclass(frozen=True, slots=True)
class Attributes:
    """Of m products: `labels`, each a tuple of names such as "brand=Acme", and `numbers` (m, 3).

    The numbers are the log of price over the median price of the category, its square, and the log of pack size
    over the median of the category's packs in the same unit; 0 where that is not known.
    """

    labels: tuple[tuple[str, ...], ...]
    numbers: Floats

    def rows(self, chosen: Ints) -> Attributes:
        """Some of them."""
        return Attributes(tuple(self.labels[i] for i in chosen), self.numbers[chosen])


def described(products: pd.DataFrame, panel: Panel) -> Attributes:
    """Attributes of `products` (with `regular_price`), prices and packs against those of the panel's categories.

    Names that are missing say nothing. Subcategory and brand are told apart by category too: a brand's strength
    in one category says something of another, but not all.
    """
    category = products[c.CATEGORY].astype(str)
    labels: list[list[str]] = [[] for _ in range(len(products))]
    for column in _NAMES:
        if column not in products:
            continue
        for own, name, place in zip(labels, products[column], category, strict=True):
            if pd.notna(name) and str(name):
                own.append(f"{column}={name}")
                if column == c.BRAND:
                    own.append(f"{column}={name} in {place}")
    price = np.log(products[c.REGULAR_PRICE].to_numpy(dtype=np.float64) / _category_prices(category, panel))
    return Attributes(
        tuple(tuple(own) for own in labels),
        np.column_stack([price, price**2, _pack_sizes(products, category, panel)]),
    )


def _category_prices(category: pd.Series, panel: Panel) -> Floats:
    medians = {
        name: float(np.median(panel.price[panel.category_of == k, -1]))
        for k, name in enumerate(panel.categories)
        if (panel.category_of == k).any()
    }
    return np.array([medians[name] for name in category], dtype=np.float64)


def _pack_sizes(products: pd.DataFrame, category: pd.Series, panel: Panel) -> Floats:
    if c.PACK_SIZE not in products or c.PACK_SIZE not in panel.products:
        return np.zeros(len(products))
    known: dict[tuple[str, str], list[float]] = {}
    for k, text in zip(panel.category_of, panel.products[c.PACK_SIZE], strict=True):
        if (pack := pack_size(text)) is not None:
            known.setdefault((panel.categories[k], pack.unit), []).append(np.log(pack.amount))
    out = np.zeros(len(products))
    for i, (place, text) in enumerate(zip(category, products[c.PACK_SIZE], strict=True)):
        pack = pack_size(text)
        if pack is not None and (place, pack.unit) in known:
            out[i] = np.log(pack.amount) - np.median(known[place, pack.unit])
    return out


@dataclass(frozen=True, slots=True)
class Pack:
    """How much is in a pack, in its own unit (lower case; empty if none was given)."""

    amount: float
    unit: str


def pack_size(text: object) -> Pack | None:
    """The size a catalogue states, if it begins with a number.

    >>> pack_size("12.5 OZ")
    Pack(amount=12.5, unit='oz')
    >>> pack_size("family size") is None
    True
    """
    found = _SIZE.match(text) if isinstance(text, str) else None
    if found is None:
        return None
    amount = float(found[1].replace(",", "."))
    return Pack(amount, found[2].lower()) if amount > 0 else None


@dataclass(frozen=True, slots=True)
class Ridge:
    """A ridge regression on attributes: `weights` of labels seen, `slopes` of the numbers.

    A label not seen while learning says nothing: its product is taken for an average one in that respect.
    """

    intercept: float
    weights: dict[str, float]
    slopes: Floats

    @classmethod
    def learn(cls, attributes: Attributes, values: Floats, *, products: NDArray[np.str_]) -> RidgeTrial:
        """Learn `values` (m,), and how far they are missed where all rows of a product are left out.

        The penalty is the one that misses least.
        """
        from sklearn.model_selection import GroupKFold

        names = tuple(sorted({name for own in attributes.labels for name in own}))
        x = _matrix(attributes, names)
        n_folds = min(N_FOLDS, len(set(products.tolist())))
        folds = list(GroupKFold(n_folds).split(x, values, groups=products))
        tried = {penalty: _left_out(x, values, folds, penalty) for penalty in _PENALTIES}
        best = min(tried, key=lambda penalty: float((tried[penalty] ** 2).mean()))
        fold = np.zeros(len(values), dtype=np.int64)
        for k, (_, out) in enumerate(folds):
            fold[out] = k
        intercept, weights = _solved(x, values, best)
        learnt = cls(intercept, dict(zip(names, weights.tolist(), strict=False)), weights[len(names) :])
        return RidgeTrial(learnt, tried[best], fold)

    def predict(self, attributes: Attributes) -> Floats:
        """Expected values (m,)."""
        of_labels = [sum(self.weights.get(name, 0.0) for name in own) for own in attributes.labels]
        return np.asarray(self.intercept + np.array(of_labels) + attributes.numbers @ self.slopes)


@dataclass(frozen=True, slots=True)
class RidgeTrial:
    """A regression, what it misses each value by with its product left out (m,), and in which `fold` that was."""

    ridge: Ridge
    misses: Floats
    fold: Ints


def _left_out(x: csr_array, values: Floats, folds: Sequence[tuple[Ints, Ints]], penalty: float) -> Floats:
    misses = np.zeros(len(values))
    for kept, out in folds:
        intercept, weights = _solved(x[kept], values[kept], penalty)
        misses[out] = values[out] - intercept - x[out] @ weights
    return misses


def _solved(x: csr_array, values: Floats, penalty: float) -> tuple[float, Floats]:
    from sklearn.linear_model import Ridge as SparseRidge

    solved = SparseRidge(alpha=penalty, solver="sparse_cg", tol=1e-6).fit(x, values)
    return float(solved.intercept_), np.asarray(solved.coef_)


def _matrix(attributes: Attributes, names: tuple[str, ...]) -> csr_array:
    number = {name: j for j, name in enumerate(names)}
    pairs = [(i, number[name]) for i, own in enumerate(attributes.labels) for name in own]
    rows, columns = np.array(pairs).reshape(-1, 2).T
    n, k = len(attributes.labels), attributes.numbers.shape[1]
    i, j = np.indices((n, k)).reshape(2, -1)
    data = np.concatenate([np.ones(len(rows)), attributes.numbers.ravel()])
    placed = (data, (np.concatenate([rows, i]), np.concatenate([columns, len(names) + j])))
    return coo_array(placed, shape=(n, len(names) + k)).tocsr()
