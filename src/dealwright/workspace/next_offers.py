"""Which offer each customer of a shop should get next, from files of offers and of whom to leave alone."""

from __future__ import annotations

from dataclasses import dataclass

from dealwright.app.ports import Progress, silent
from dealwright.app.recommend.allocate_offers import OfferLimits
from dealwright.app.recommend.next_best_offer import Contact, NextOffers, next_best_offers
from dealwright.app.recommend.read_offer_terms import GIVEN, OPTED_OUT, TERMS, terms_of
from dealwright.core.errors import InputError
from dealwright.core.estimate import Estimate
from dealwright.data import columns as c
from dealwright.recommend.offers import ASSUMED_ELASTICITY
from dealwright.workspace.listed import read_file
from dealwright.workspace.recommendations import ask_recommender
from dealwright.workspace.shop import SEED, Shop, part_of

MODEL = "hybrid"
"""The one recommender that tells chances."""


@dataclass(frozen=True, slots=True)
class OfferFiles:
    """Where the offers stand, and, if they are known, customers who want none and offers given before.

    The columns are those of `app.read_offer_terms`: TERMS, OPTED_OUT and GIVEN.
    """

    terms: str
    opted_out: str | None = None
    given: str | None = None


def elasticity_of(value: float, low: float, high: float) -> Estimate:
    """An assumed elasticity with its range; InputError if the range does not hold the value, or it is below 0."""
    if not 0 <= low <= value <= high < float("inf"):
        raise InputError(
            f"an elasticity is a number from 0 up within its range, like 2 1 3; given {value:g} {low:g} {high:g}"
        )
    return Estimate(value, low, high, ASSUMED_ELASTICITY.level, ASSUMED_ELASTICITY.method)


def next_offers(
    shop: Shop,
    files: OfferFiles,
    limits: OfferLimits,
    *,
    most_each: int | None = None,
    within_days: int = 14,
    elasticity: Estimate = ASSUMED_ELASTICITY,
    cost_share: float = 0.70,
    seed: int = SEED,
    learn: bool = False,
    progress: Progress = silent,
) -> NextOffers:
    """The next best offer of each customer who bought something; see `app.next_best_offer`.

    Chances come from the kept recommender, which is learnt first where there is none or with `learn=True`. At most
    `most_each` offers go to one customer in `within_days` days, those in the file `given` counted. InputError lists
    every row of the files that cannot be used.
    """
    terms = read_file(shop, TERMS, files.terms)
    out = (
        frozenset()
        if files.opted_out is None
        else frozenset(read_file(shop, OPTED_OUT, files.opted_out)[c.CUSTOMER])
    )
    given = None if files.given is None else read_file(shop, GIVEN, files.given)
    contact = Contact(out, given, most_each, within_days)
    asked = ask_recommender(shop, None, model=MODEL, seed=seed, learn=learn, progress=part_of(progress, 0.0, 0.6))
    offers = terms_of(terms, asked.recommender.histories.seen.items, elasticity)
    return next_best_offers(
        asked.recommender,
        offers,
        limits,
        contact=contact,
        cost_share=cost_share,
        currency=shop.currency,
        seed=seed,
        progress=part_of(progress, 0.6, 1.0),
    )
