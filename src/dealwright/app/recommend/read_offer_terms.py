"""Which offers could be made, and who may get none: the columns of files that are read for one question."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from dealwright.core.errors import InputError
from dealwright.core.estimate import Estimate
from dealwright.data import columns as c
from dealwright.data.tables import Column, Kind, TableContract
from dealwright.recommend.offers import OfferTerms, Response

OFFER, TIMES, TIMES_LOW, TIMES_HIGH, GIVEN_ON = "offer", "times", "times_low", "times_high", "given_on"
TERMS = TableContract(
    "offer_terms",
    "offers that could be made: one row per offer and product in it",
    "the next best offer for each customer",
    (
        Column(OFFER, Kind.NAME, is_required=True),
        Column(c.SKU, Kind.NAME, is_required=True),
        Column(c.DEPTH, Kind.SHARE, is_required=True),
        # What an experiment measured: how many times as often customers buy with it. Text, as it is no share.
        Column(TIMES, Kind.NAME),
        Column(TIMES_LOW, Kind.NAME),
        Column(TIMES_HIGH, Kind.NAME),
    ),
    key=(OFFER, c.SKU),
)
OPTED_OUT = TableContract(
    "opted_out",
    "customers who want no offers",
    "nobody is sent what they do not want",
    (Column(c.CUSTOMER, Kind.NAME, is_required=True),),
    key=(c.CUSTOMER,),
)
GIVEN = TableContract(
    "given_offers",
    "offers that customers got before",
    "nobody gets offers too often",
    (Column(c.CUSTOMER, Kind.NAME, is_required=True), Column(GIVEN_ON, Kind.DAY, is_required=True)),
)
LEVEL = 0.8


def terms_of(rows: pd.DataFrame, items: Sequence[str], elasticity: Estimate) -> tuple[OfferTerms, ...]:
    """The offers of a file with the columns of `TERMS`, in its order.

    An offer with `times` was measured; for others the answer follows from the assumed `elasticity`. InputError, all
    at once, for products that are not recommended, and for offers whose rows contradict one another.
    """
    places = {sku: k for k, sku in enumerate(items)}
    made, problems = list[OfferTerms](), list[str]()
    if rows.empty:
        raise InputError("there is no offer to choose from; give one row for each offer and product in it")
    for name, part in rows.groupby(OFFER, sort=False):
        unknown = [sku for sku in part[c.SKU] if sku not in places]
        problems += [
            f"{name}: {sku!r} is not among the products learnt (too few customers bought it)" for sku in unknown
        ]
        differing = [
            column for column in (c.DEPTH, TIMES, TIMES_LOW, TIMES_HIGH) if part[column].nunique(False) > 1
        ]
        problems += [f"{name} has more than one {column}; give the same in all of its rows" for column in differing]
        if unknown or differing:
            continue
        try:
            made.append(_terms(str(name), part, tuple(places[sku] for sku in part[c.SKU]), elasticity))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(*problems)
    return tuple(made)


def _terms(name: str, part: pd.DataFrame, items: tuple[int, ...], elasticity: Estimate) -> OfferTerms:
    row = part.iloc[0]
    depth = float(row[c.DEPTH])
    given = [column for column in (TIMES, TIMES_LOW, TIMES_HIGH) if isinstance(row[column], str)]
    if not given:
        return OfferTerms.assumed(name, items, depth, elasticity)
    if len(given) < 3:
        raise InputError(
            f"{name} has {', '.join(given)} only; what was measured has {TIMES}, {TIMES_LOW} and {TIMES_HIGH}"
        )
    try:
        value, low, high = (float(row[column]) for column in (TIMES, TIMES_LOW, TIMES_HIGH))
    except ValueError as error:
        raise InputError(f"{name}: {error}; give numbers like 1.4") from None
    if not low <= value <= high < float("inf"):
        raise InputError(f"{name}: {TIMES} {value:g} must lie within {TIMES_LOW} {low:g} and {TIMES_HIGH} {high:g}")
    times = Estimate(value, low, high, LEVEL, "experiment")
    return OfferTerms(name, items, depth, times, Response.MEASURED)
