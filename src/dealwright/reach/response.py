"""What a channel brings for what is spent on it, and what of earlier spending is still at work."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from dealwright.core.errors import InputError

Floats = NDArray[np.float64]


class Response(Protocol):
    """Gross margin that a channel brings, in the unit of the spending, and what one unit more would add."""

    def value(self, spend: Floats) -> Floats:
        """At each spend, from 0 up; it never falls."""
        ...

    def marginal(self, spend: Floats) -> Floats:
        """Its slope."""
        ...


@dataclass(frozen=True, slots=True)
class LogResponse:
    """`scale` x ln(1 + spend / `half`): every further unit brings less from the first one on.

    >>> LogResponse(300.0, 50.0).marginal(np.array([0.0, 160.0]))
    array([6.        , 1.42857143])
    """

    scale: float
    half: float

    def __post_init__(self) -> None:
        _require_positive(scale=self.scale, half=self.half)

    def value(self, spend: Floats) -> Floats:
        """Gross margin."""
        return np.asarray(self.scale * np.log1p(spend / self.half))

    def marginal(self, spend: Floats) -> Floats:
        """Gross margin of one unit more."""
        return np.asarray(self.scale / (self.half + spend))


@dataclass(frozen=True, slots=True)
class HillResponse:
    """`most` x spend^`shape` / (`half`^`shape` + spend^`shape`): S-shaped if `shape` is above 1.

    An S-shaped channel brings next to nothing below a threshold, so that half the money is often worse than all
    or none.
    """

    most: float
    half: float
    shape: float = 1.0

    def __post_init__(self) -> None:
        _require_positive(most=self.most, half=self.half, shape=self.shape)

    def value(self, spend: Floats) -> Floats:
        """Gross margin."""
        raised = (np.asarray(spend) / self.half) ** self.shape
        return np.asarray(self.most * raised / (1.0 + raised))

    def marginal(self, spend: Floats) -> Floats:
        """Gross margin of one unit more; infinite at 0 if `shape` is below 1."""
        with np.errstate(divide="ignore"):
            ratio = np.asarray(spend, dtype=np.float64) / self.half
            slope = self.shape * ratio ** (self.shape - 1.0) / (1.0 + ratio**self.shape) ** 2
        return np.asarray(self.most / self.half * slope)


@dataclass(frozen=True, slots=True)
class CarriedOver:
    """A channel whose effect lasts: steady spending per period as its `response` sees it, once settled.

    With a share `carry` of each period's effect kept for the next, steady spending x works like x / (1 - carry).
    """

    response: Response
    carry: float

    def __post_init__(self) -> None:
        _require_carry(self.carry)

    def value(self, spend: Floats) -> Floats:
        """Gross margin per period."""
        return self.response.value(spend / (1.0 - self.carry))

    def marginal(self, spend: Floats) -> Floats:
        """Gross margin of one unit more, every period."""
        return np.asarray(self.response.marginal(spend / (1.0 - self.carry)) / (1.0 - self.carry))


def adstock(spend: Floats, *, carry: float, before: float = 0.0) -> Floats:
    """What is at work in each period (T,): its spending and a share `carry` of what was at work before.

    `before` is what was at work just before the first period.

    >>> adstock(np.array([100.0, 0.0, 0.0]), carry=0.5, before=40.0)
    array([120.,  60.,  30.])
    """
    _require_carry(carry)
    if spend.ndim != 1 or not np.isfinite(spend).all() or (spend < 0).any() or not before >= 0:
        raise InputError("spending must be one number per period, from 0 up")
    at_work = np.empty(len(spend))
    for period, amount in enumerate(spend):
        before = amount + carry * before
        at_work[period] = before
    return at_work


def _require_positive(**given: float) -> None:
    problems = [
        f"{name} is {value}; it must be a number above 0"
        for name, value in given.items()
        if not (math.isfinite(value) and value > 0)
    ]
    if problems:
        raise InputError(*problems)


def _require_carry(carry: float) -> None:
    if not 0 <= carry < 1:
        raise InputError(f"carry is {carry}; it is the share kept for the next period, from 0 up to below 1")
