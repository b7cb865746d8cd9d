"""What every model of customers who come, come again and leave without a word can be asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from dealwright.customer.lifetime.histories import Floats, Ints, PurchaseHistories

MOST_DRAWN = 1e12
"""A rate or count beyond this is no customer's; kept below what a draw can hold."""


@dataclass(frozen=True, slots=True)
class Likelihood:
    """Log-likelihood of each history, `values` (n,), and its derivatives by each parameter, `gradient` (n, k)."""

    values: Floats
    gradient: Floats


class Outlook(Protocol):
    """What is to be expected of customers after their histories; all answers have one number per history.

    Spans are weeks after the end of the data.
    """

    @property
    def alive(self) -> Floats:
        """The chance that the customer has not left."""
        ...

    def purchases(self, span: float) -> Floats:
        """Expected number of purchases."""
        ...

    def returns(self, span: float) -> Floats:
        """The chance of at least one purchase."""
        ...

    def leaves(self, span: float) -> Floats:
        """The chance that a customer who has not left leaves: the churn hazard of the span."""
        ...

    def drawn_purchases(self, span: float, rng: np.random.Generator) -> Ints:
        """One draw of the number of purchases."""
        ...


class LifetimeModel(Protocol):
    """Customers buy at random at a rate of their own until they leave; rates and leaving differ between them.

    `params` are positive numbers, in the order of `parameters`.
    """

    @property
    def name(self) -> str:
        """What the registry calls it."""
        ...

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of the parameters."""
        ...

    def log_likelihood(self, params: Floats, histories: PurchaseHistories) -> Likelihood:
        """How well parameters explain the histories."""
        ...

    def outlook(self, params: Floats, histories: PurchaseHistories) -> Outlook:
        """What follows for the time after."""
        ...

    def begin(self, params: Floats, n: int, rng: np.random.Generator) -> Newcomers:
        """`n` new customers, drawn from what the parameters say of all."""
        ...


@dataclass(frozen=True, slots=True)
class Newcomers:
    """Simulated customers on the day of their first purchase: `rate` of purchases a week, and when they leave.

    `leaves_after` is the number of repeats after which they leave, `lifetime` the weeks after which they do;
    whichever does not apply is infinite.
    """

    rate: Floats
    leaves_after: Floats
    lifetime: Floats
