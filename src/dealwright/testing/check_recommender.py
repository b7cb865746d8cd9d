"""Whether a recommender keeps the promises of its protocol, told in a sentence when it does not."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dealwright.core.errors import InputError
from dealwright.core.rng import stream
from dealwright.data import columns as c
from dealwright.recommend.catalogue import Catalogue
from dealwright.recommend.interactions import Interactions
from dealwright.recommend.protocol import NEVER, FittedRecommender, Recommender

Floats = NDArray[np.float64]

N_CUSTOMERS, N_ITEMS, N_DAYS = 60, 24, 140
NOBODY, SELDOM, LATE = 57, 58, 59
"""Customers without history, with one purchase, and with a history only on the last day."""
UNSOLD = N_ITEMS - 1


def check_recommender(recommender: Recommender) -> None:
    """AssertionError naming the broken promise, if `recommender` breaks one. Fits it several times on a small shop.

    Promised: a score for each customer and item that is a number or `NEVER`; the same for the same input, which is
    left as it was; the answer of a customer does not depend on who else is asked; reasons that sum to the score;
    customers without history and items nobody bought do no harm; nothing learnt after the end; new events count.
    """
    assert recommender.name, "the recommender has no name"
    seen, catalogue = sample_shop()
    everyone = np.arange(seen.n_customers)
    fitted = recommender.fit(seen, catalogue)
    scores = fitted.score(seen, everyone)
    _check_scores(recommender.name, scores, (seen.n_customers, seen.n_items))
    _check_repeats(recommender, seen, catalogue, scores)
    _check_each_alone(recommender.name, fitted, seen, scores)
    _check_reasons(recommender.name, fitted, seen, scores)
    _check_the_future_is_unknown(recommender, seen, catalogue)
    _check_others(recommender.name, fitted, seen)
    for what, odd in odd_shops().items():
        found = recommender.fit(odd, catalogue).score(odd, np.arange(odd.n_customers))
        _check_scores(f"{recommender.name}, {what}", found, (odd.n_customers, odd.n_items))


def sample_shop() -> tuple[Interactions, Catalogue]:
    """Sixty customers of two tastes over twenty weeks, who come back for what they like; one item never sold."""
    rng = stream(3, "check recommender")
    rows = []
    odd: dict[int, Sequence[int]] = {NOBODY: [], SELDOM: [40], LATE: [N_DAYS - 1]}
    for customer in range(N_CUSTOMERS):
        likes = rng.choice(N_ITEMS // 2, 5, replace=False) + (customer % 2) * (N_ITEMS // 2 - 1)
        days = odd.get(customer, range(customer % 7, N_DAYS, 7))
        for day in days:
            rows += [(customer, int(item), day) for item in likes if rng.random() < 0.6 or customer >= NOBODY]
    return make_shop(rows), Catalogue(
        {c.SUBCATEGORY: np.arange(N_ITEMS) % 6, c.CATEGORY: np.arange(N_ITEMS) % 3},
        {c.SUBCATEGORY: tuple("abcdef"), c.CATEGORY: tuple("xyz")},
    )


def make_shop(rows: list[tuple[int, int, int]]) -> Interactions:
    """Purchases (customer, item, day), one unit at 5.00 each, a day an order; names as in the sample."""
    table = np.array(sorted({(who, day, item) for who, item, day in rows}), dtype=np.int64).reshape(-1, 3)
    who, day, item = table.T
    order = np.cumsum(np.r_[0, (np.diff(who) != 0) | (np.diff(day) != 0)])[: len(table)]
    return Interactions(
        customers=tuple(f"customer-{k}" for k in range(N_CUSTOMERS)),
        items=tuple(f"sku-{k}" for k in range(N_ITEMS)),
        customer=who,
        item=item,
        day=day,
        order=order.astype(np.int64),
        units=np.ones(len(table)),
        end=N_DAYS,
        store=np.zeros(len(table), dtype=np.int64),
        is_on_deal=item % 4 == 0,
        price=np.full(len(table), 500.0),
    )


def odd_shops() -> dict[str, Interactions]:
    """Shops that are valid and awkward, by what is awkward about them."""
    return {
        "one purchase": make_shop([(0, 0, 5)]),
        "one customer": make_shop([(4, k, 3 * k) for k in range(10)]),
        "everybody bought the same once": make_shop([(k, 2, 5) for k in range(30)]),
        "everything on the last day": make_shop([(k, k % 9, N_DAYS - 1) for k in range(40)]),
        "no stores, deals or prices": replace(sample_shop()[0], store=None, is_on_deal=None, price=None),
    }


def _check_scores(who: str, scores: Floats, shape: tuple[int, int]) -> None:
    assert scores.shape == shape, f"{who}: the scores have the shape {scores.shape}, not {shape}"
    assert not np.isnan(scores).any(), f"{who}: some scores are not numbers"
    assert not (scores == np.inf).any(), f"{who}: some scores are infinite"


def _check_repeats(recommender: Recommender, seen: Interactions, catalogue: Catalogue, scores: Floats) -> None:
    before = copy.deepcopy(_arrays(seen))
    again = recommender.fit(seen, catalogue).score(seen, np.arange(seen.n_customers))
    assert np.array_equal(again, scores), (
        f"{recommender.name}: the same history is scored differently the next time"
    )
    for name, values in _arrays(seen).items():
        assert np.array_equal(values, before[name]), f"{recommender.name}: fitting or scoring changes {name}"


def _check_each_alone(who: str, fitted: FittedRecommender, seen: Interactions, scores: Floats) -> None:
    for customer in (0, 1, NOBODY, SELDOM, LATE):
        alone = fitted.score(seen, np.array([customer]))[0]
        assert np.allclose(alone, scores[customer], rtol=1e-4, atol=1e-5), (
            f"{who}: the scores of a customer depend on who else is asked"
        )
    turned = fitted.score(seen, np.array([5, 2]))
    assert np.allclose(turned, scores[[5, 2]], rtol=1e-4, atol=1e-5), f"{who}: scores are not in the order asked"


def _check_reasons(who: str, fitted: FittedRecommender, seen: Interactions, scores: Floats) -> None:
    for customer in (0, 1, SELDOM):
        if not np.isfinite(scores[customer]).any():
            continue
        item = int(np.argmax(scores[customer]))
        reasons, told = fitted.explain(seen, customer, item), float(scores[customer, item])
        if reasons.unit == "log odds":
            told = float(np.log(told / (1.0 - told)))
        assert abs(reasons.score - told) <= 1e-3 * max(1.0, abs(told)), (
            f"{who}: the parts of a score sum to {reasons.score:.6g}, the score is {told:.6g}"
        )
    for item in np.flatnonzero(scores[0] == NEVER)[:1]:
        try:
            fitted.explain(seen, 0, int(item))
        except InputError:
            continue
        raise AssertionError(f"{who}: an item without a score is explained")


def _check_the_future_is_unknown(recommender: Recommender, seen: Interactions, catalogue: Catalogue) -> None:
    day = N_DAYS - 28
    cut = seen.until(day)
    later = replace(seen, item=np.where(seen.day >= day, (seen.item + 5) % (N_ITEMS - 1), seen.item))
    found = [recommender.fit(known, catalogue).score(known, np.arange(6)) for known in (cut, later.until(day))]
    assert np.array_equal(found[0], found[1]), f"{recommender.name}: what happens after the end changes the scores"


def _check_others(who: str, fitted: FittedRecommender, seen: Interactions) -> None:
    """One customer alone, under another name and with other customers missing, is scored as before."""
    rows = seen.of(np.array([2]))
    alone = replace(rows, customers=("somebody",), customer=np.zeros(len(rows), dtype=np.int64))
    found = fitted.score(alone, np.array([0]))[0]
    known = fitted.score(seen, np.array([2]))[0]
    assert np.allclose(found, known, rtol=1e-4, atol=1e-5), (
        f"{who}: a customer whose history is handed alone is scored differently"
    )


def _arrays(holder: Interactions) -> dict[str, NDArray[Any]]:
    values = {field.name: getattr(holder, field.name) for field in fields(holder)}
    return {name: value for name, value in values.items() if isinstance(value, np.ndarray)}
