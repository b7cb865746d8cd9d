"""What each channel brings for what is spent on it, learnt from the weeks in which spending differed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, log_ndtr, ndtr, ndtri

from dealwright.core.errors import InputError
from dealwright.reach.response import LogResponse, adstock

Floats = NDArray[np.float64]

LEAST_WEEKS = 26
LEAST_SPENT_WEEKS = 8
LEAST_VARIATION = 0.15
"""Standard deviation over mean of weekly spending below which nothing can be told of what more would bring."""
N_SHAPES, N_DRAWS, N_SWEEPS, N_STEPS = 800, 300, 30, 25
HALF_STEP, CARRY_STEP = 0.25, 0.1
HALVES = (0.1, 5.0)
"""How much spending half-saturates a channel, as a multiple of its mean week: from, to."""
MOST_CARRY = 0.8
MOST_SHARE = 0.5
"""Of the mean outcome that a channel's mean week is held to bring, as one standard deviation of the prior."""


@dataclass(frozen=True, slots=True, eq=False)
class ChannelHistory:
    """Weekly spending (C, T) and what came of it, in major units.

    `outcome` is (T,), the shop's margin, which all channels share with season and trend; or (C, T), the margin that
    was measured for each channel by itself.
    """

    names: tuple[str, ...]
    spend: Floats
    outcome: Floats

    @property
    def is_measured(self) -> bool:
        """Whether each channel has an outcome of its own."""
        return self.outcome.ndim == 2


@dataclass(frozen=True, slots=True, eq=False)
class DrawnResponse:
    """What steady weekly spending brings a week: the mean of equally likely `scale` x ln(1 + spend / `half`).

    `scale` and `half` are (D,); the mean of concave curves is concave.
    """

    scale: Floats
    half: Floats

    def value(self, spend: Floats) -> Floats:
        """Gross margin at each spend."""
        return np.asarray(self.draws(spend).mean(axis=0))

    def marginal(self, spend: Floats) -> Floats:
        """Gross margin of one unit more."""
        at = np.atleast_1d(np.asarray(spend, dtype=np.float64))
        return np.asarray((self.scale[:, None] / (self.half[:, None] + at)).mean(axis=0))

    def draws(self, spend: Floats) -> Floats:
        """Gross margin in every draw, (D, spends)."""
        at = np.atleast_1d(np.asarray(spend, dtype=np.float64))
        return np.asarray(self.scale[:, None] * np.log1p(at / self.half[:, None]))

    def marginal_draws(self, spend: float) -> Floats:
        """Gross margin of one unit more in every draw, (D,)."""
        return np.asarray(self.scale / (self.half + spend))

    def curve(self, d: int) -> LogResponse:
        """One of the curves."""
        return LogResponse(max(float(self.scale[d]), 1e-9), float(self.half[d]))


def learn_channels(history: ChannelHistory, rng: np.random.Generator) -> tuple[DrawnResponse, ...]:
    """One response for each channel; draws belong together: the same number, the same possible truth.

    Saturation and carry-over are drawn from wide priors and weighed by how well they explain the outcome; how much
    a channel brings is then drawn with them: nothing, or more than nothing, both held to be as likely before.
    Season (a year's wave) and trend are taken out of a shared outcome first. InputError for a history that cannot
    tell.
    """
    _require(history)
    if history.is_measured:
        return tuple(
            _learn(history.spend[[k]], history.outcome[k], np.zeros((history.spend.shape[1], 0)), rng)[0]
            for k in range(len(history.names))
        )
    return tuple(_learn(history.spend, history.outcome, _calendar(history.spend.shape[1]), rng))


def _require(history: ChannelHistory) -> None:
    n_weeks = history.spend.shape[1]
    problems = []
    if n_weeks < LEAST_WEEKS:
        problems.append(
            f"{n_weeks} weeks of spending and sales together are too few to tell what spending brings; at least "
            f"{LEAST_WEEKS} are needed"
        )
    for name, spend in zip(history.names, history.spend, strict=True):
        n_spent = int((spend > 0).sum())
        varies = float(spend.std() / max(float(spend.mean()), 1e-9))
        if n_spent < LEAST_SPENT_WEEKS or varies < LEAST_VARIATION:
            problems.append(
                f"{name}: spent in {n_spent} weeks, varying by {varies:.0%}; to learn what it brings, "
                f"{LEAST_SPENT_WEEKS} weeks and {LEAST_VARIATION:.0%} are needed. Leave it out, or vary it"
            )
    if not np.isfinite(history.outcome).all():
        problems.append("the outcome holds weeks without a number; give every week of spending its margin")
    if problems:
        raise InputError(*problems)


def _calendar(n_weeks: int) -> Floats:
    """Level, trend and, where a year is known, its wave, (T, columns)."""
    t = np.arange(n_weeks, dtype=np.float64)
    columns = [np.ones(n_weeks), t / n_weeks]
    if n_weeks >= 52:
        columns += [np.sin(2 * np.pi * t / 52.18), np.cos(2 * np.pi * t / 52.18)]
    return np.stack(columns, axis=1)


@dataclass(frozen=True, slots=True, eq=False)
class _Weighed:
    """Shapes (S, C) and what follows from them: how likely, and the normal law of what the channels bring.

    `gram` (S, C, C) and `cross` (S, C) are those of least squares, `prior` (S, C) precisions, `held` (S, C) the
    best that is not below zero, `missed` (S,) what it leaves unexplained.
    """

    half: Floats
    carry: Floats
    log_weight: Floats
    gram: Floats
    cross: Floats
    prior: Floats
    held: Floats
    missed: Floats

    def of(self, chosen: NDArray[np.int64] | NDArray[np.bool_]) -> _Weighed:
        """Some of the shapes."""
        return _Weighed(*(getattr(self, field.name)[chosen] for field in fields(self)))

    def moved_to(self, other: _Weighed, where: NDArray[np.bool_]) -> _Weighed:
        """The same, with others in some places."""
        pairs = ((getattr(self, field.name), getattr(other, field.name)) for field in fields(self))
        return _Weighed(*(np.where(where.reshape(-1, *[1] * (old.ndim - 1)), new, old) for old, new in pairs))


@dataclass(frozen=True, slots=True, eq=False)
class _Cause:
    """Spending (C, T) that explains `left` (T,), the outcome without what `basis` (T, columns) explains."""

    spend: Floats
    left: Floats
    basis: Floats
    level: float

    @property
    def n_free(self) -> int:
        """Weeks that are left to judge by."""
        return max(len(self.left) - int(self.basis.shape[1]) - int(self.spend.shape[0]), 1)

    def weigh(self, half: Floats, carry: Floats) -> _Weighed:
        """How well shapes explain the outcome."""
        felt = np.stack(
            [
                np.stack([np.log1p(adstock(s, carry=c) / h) for s, c, h in zip(self.spend, cs, hs, strict=True)], 1)
                for cs, hs in zip(carry.tolist(), half.tolist(), strict=True)
            ]
        )
        prior = (felt.mean(axis=1) / (MOST_SHARE * self.level)) ** 2
        felt = felt - self.basis @ (self.basis.T @ felt)
        gram = np.einsum("stk,stl->skl", felt, felt)
        cross = np.einsum("stk,t->sk", felt, self.left)
        ridge = prior[:, :, None] * np.eye(len(self.spend)) * max(float(self.left.var()), 1e-12)
        held = np.maximum(np.linalg.solve(gram + ridge, cross[:, :, None])[:, :, 0], 0.0)
        missed = ((self.left - np.einsum("stk,sk->st", felt, held)) ** 2).sum(axis=1)
        log_weight = -0.5 * self.n_free * np.log(np.maximum(missed, 1e-12))
        return _Weighed(half, carry, log_weight, gram, cross, prior, held, missed)


def _learn(spend: Floats, outcome: Floats, nuisance: Floats, rng: np.random.Generator) -> Sequence[DrawnResponse]:
    basis = np.linalg.qr(nuisance)[0]
    cause = _Cause(spend, outcome - basis @ (basis.T @ outcome), basis, max(float(np.abs(outcome).mean()), 1e-9))
    found = _shapes(cause, rng)
    variance = found.missed / rng.chisquare(cause.n_free, N_DRAWS)
    precision = found.gram / variance[:, None, None] + found.prior[:, :, None] * np.eye(len(spend))
    scale = _brought(precision, found.prior, found.cross / variance[:, None], found.held, rng)
    # In steady spending x, x / (1 - carry) is at work.
    steady = found.half * (1.0 - found.carry)
    return [DrawnResponse(scale[:, k], steady[:, k]) for k in range(len(spend))]


def _shapes(cause: _Cause, rng: np.random.Generator) -> _Weighed:
    """`N_DRAWS` shapes by how well they explain: the best of many, then each on a walk of its own (Metropolis)."""
    n = len(cause.spend)
    typical = cause.spend.sum(axis=1) / np.maximum((cause.spend > 0).sum(axis=1), 1)
    low, high = np.log(HALVES[0]), np.log(HALVES[1])
    first = cause.weigh(
        typical * np.exp(rng.uniform(low, high, (N_SHAPES, n))), rng.uniform(0.0, MOST_CARRY, (N_SHAPES, n))
    )
    weight = np.exp(first.log_weight - first.log_weight.max())
    found = first.of(rng.choice(N_SHAPES, N_DRAWS, p=weight / weight.sum()))
    for _ in range(N_STEPS):
        half = found.half * np.exp(rng.normal(0.0, HALF_STEP, found.half.shape))
        carry = found.carry + rng.normal(0.0, CARRY_STEP, found.carry.shape)
        is_inside = ((carry >= 0) & (carry <= MOST_CARRY)).all(axis=1)
        is_inside &= ((half >= HALVES[0] * typical) & (half <= HALVES[1] * typical)).all(axis=1)
        tried = cause.weigh(half, np.clip(carry, 0.0, MOST_CARRY))
        is_taken = is_inside & (np.log(rng.random(N_DRAWS)) < tried.log_weight - found.log_weight)
        found = found.moved_to(tried, is_taken)
    return found


def _brought(precision: Floats, prior: Floats, pull: Floats, start: Floats, rng: np.random.Generator) -> Floats:
    """Draws of what channels bring (D, n), nothing or more than nothing, each first held to be as likely (Gibbs).

    `precision` (D, n, n) and `pull` (D, n), precision x mean, are those of the normal law without that question;
    `prior` (D, n) is the part of the precision that is not from the data.
    """
    drawn = start.copy()
    for _ in range(N_SWEEPS):
        for k in range(start.shape[1]):
            own = precision[:, k, k]
            others = (precision[:, k] * drawn).sum(axis=1) - own * drawn[:, k]
            mean, sd = (pull[:, k] - others) / own, 1.0 / np.sqrt(own)
            # How much likelier the outcome is if the channel brings something than if it brings nothing.
            log_odds = np.log(2.0) + 0.5 * np.log(prior[:, k] / own) + 0.5 * (mean / sd) ** 2 + log_ndtr(mean / sd)
            brings = rng.random(len(own)) < expit(log_odds)
            below = ndtr(-mean / sd)
            share = below + (1.0 - below) * rng.random(len(own))
            amount = np.maximum(mean + sd * ndtri(np.clip(share, 1e-12, 1 - 1e-12)), 0.0)
            drawn[:, k] = np.where(brings, amount, 0.0)
    return drawn
