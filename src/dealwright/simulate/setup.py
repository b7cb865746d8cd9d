"""How large the shop is, and which difficulties of real shops it has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from dealwright.core.errors import InputError


@dataclass(frozen=True, slots=True)
class Setup:
    """Size and switches of a simulated shop.

    `n_future` weeks follow the `n_weeks` of history, for calendars that are to be judged. `promoted_share` is
    about how many product-weeks have a price cut. `endogeneity` is by how many logits one standard deviation of
    hidden demand raises the chance of a promotion (it deepens promotions too); 0: promotions know nothing.
    `stock_out_share` is the share of their time that shelves are empty, over products, stores and weeks; of those
    who find one so, `substitution_share` look for another product, the others leave. `shock` is the standard
    deviation of hidden demand, in utility. `n_pairs` categories have a complement.
    """

    n_shoppers: int = 20_000
    n_products: int = 60
    n_categories: int = 10
    n_stores: int = 5
    n_weeks: int = 104
    n_future: int = 13
    first_week: date = date(2022, 1, 3)
    country: str = "US"
    promoted_share: float = 0.13
    n_pairs: int = 4
    shock: float = 0.12
    endogeneity: float = 0.0
    stock_out_share: float = 0.0
    substitution_share: float = 0.4
    has_season: bool = True
    has_holidays: bool = True
    has_competitor: bool = True

    def __post_init__(self) -> None:
        problems = [
            f"{name} must be at least {least}; given {value}"
            for name, value, least in (
                ("n_shoppers", self.n_shoppers, 1),
                ("n_categories", self.n_categories, 1),
                ("n_stores", self.n_stores, 1),
                ("n_weeks", self.n_weeks, 10),
                ("n_future", self.n_future, 0),
                ("n_products", self.n_products, 2 * self.n_categories),
                ("n_pairs", self.n_pairs, 0),
                ("shock", self.shock, 0),
            )
            if value < least
        ]
        problems += [
            f"{name} is a share from 0 up to, not including, {below}; given {value}"
            for name, value, below in (
                ("promoted_share", self.promoted_share, 0.5),
                ("stock_out_share", self.stock_out_share, 0.7),
                ("substitution_share", self.substitution_share, 1.0),
            )
            if not 0 <= value < below
        ]
        if 2 * self.n_pairs > self.n_categories:
            problems.append(
                f"{self.n_pairs} pairs need {2 * self.n_pairs} categories; there are {self.n_categories}"
            )
        if problems:
            raise InputError(*problems)

    @property
    def n_all_weeks(self) -> int:
        """Weeks of history and future."""
        return self.n_weeks + self.n_future


SMALL = Setup(n_shoppers=2_000, n_products=12, n_categories=3, n_stores=2, n_weeks=80, n_pairs=1)
"""For tests: a second."""
MIDDLE = Setup()
"""For comparing what was learnt with the truth on many seeds."""
LARGE = Setup(n_shoppers=100_000, n_products=200, n_categories=20, n_stores=10, n_pairs=6)
"""A chain in a town: minutes."""
