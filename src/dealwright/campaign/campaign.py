"""What a campaign promises: promotions with an aim, a time, a budget, limits of harm and what is expected."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import Literal

from dealwright.campaign.guardrail import Guardrail, guardrails_problems
from dealwright.campaign.promotion import MOST_ID, Promotion, promotion_problems
from dealwright.campaign.schedule import Schedule
from dealwright.core.errors import InputError
from dealwright.core.money import exponent

Objective = Literal["profit", "revenue", "units", "clear_stock", "new_customers"]

MOST_HOLDOUT = Fraction(1, 2)
_ANY = {"least": -(10**15), "most": 10**15}
_WHITESPACE = re.compile(r"\s")
_FIRST_DAY, _LAST_DAY = date(1970, 1, 1), date(2999, 12, 31)
_MOST_DAYS, _MOST_EXPECTED = 366, 10**15  # as the document's schema says; values made in Python are checked here


@dataclass(frozen=True, slots=True)
class Expected:
    """What the plan foresees from `day` on (a date of the schedule's zone, ISO) for `days` days, with its ranges.

    A range holds the truth with a probability of `level_percent`. `net_minor` is what shoppers pay for the promoted
    goods, `margin_minor` what is left of it after the goods' cost.
    """

    day: str
    units: Fraction
    units_low: Fraction
    units_high: Fraction
    net_minor: int = field(metadata=_ANY)
    net_low_minor: int = field(metadata=_ANY)
    net_high_minor: int = field(metadata=_ANY)
    margin_minor: int = field(metadata=_ANY)
    margin_low_minor: int = field(metadata=_ANY)
    margin_high_minor: int = field(metadata=_ANY)
    days: int = field(default=1, metadata={"least": 1, "most": 366})
    level_percent: int = field(default=80, metadata={"least": 1, "most": 99})


@dataclass(frozen=True, slots=True)
class Campaign:
    """One version of one campaign. Versions are superseded, never edited.

    - `promotions` hold by `schedule`, unless one has a schedule of its own inside it. Their versions are given at
      launch. Their ids are the campaign's own: no other campaign may use them.
    - `budget_minor` is what it is meant to give away, `ceiling_minor` the most it may ever give: the promotions'
      own budgets, which the till never exceeds, must add up to no more.
    - `holdout_share` of the customers do not get it, so that its effect can be measured.
    - `contingency` holds in place of `promotions` once somebody, or a guardrail, switches to it.
    - `owner` is told when something goes wrong.
    """

    id: str
    currency: str
    promotions: tuple[Promotion, ...]
    schedule: Schedule
    name: str = ""
    objective: Objective = "profit"
    budget_minor: int | None = None
    ceiling_minor: int | None = None
    holdout_share: Fraction = field(default=Fraction(0), metadata={"least": 0, "most": 1})
    guardrails: tuple[Guardrail, ...] = ()
    expected: tuple[Expected, ...] = ()
    contingency: tuple[Promotion, ...] = ()
    owner: str = ""
    version: int = field(default=1, metadata={"least": 1, "most": 10**9})

    @property
    def stake_minor(self) -> int | None:
        """The most money it can cost: its ceiling, or else what its promotions' own budgets allow; None if nothing
        bounds it.
        """
        if self.ceiling_minor is not None:
            return self.ceiling_minor
        budgets = [one.limits.budget_minor for one in (*self.promotions, *self.contingency)]
        return None if None in budgets else sum(budget for budget in budgets if budget is not None)


def campaign_problems(campaign: Campaign) -> list[str]:
    """What does not fit together in a campaign whose fields are each right; empty if nothing."""
    problems = _name_problems(campaign)
    try:
        exponent(campaign.currency)
    except InputError as error:
        problems += error.problems
    if not campaign.promotions:
        problems.append("promotions: give at least one; a campaign without one does nothing")
    for promotion in (*campaign.promotions, *campaign.contingency):
        problems += [f"promotion {promotion.id!r}: {one}" for one in promotion_problems(promotion)]
        if promotion.currency != campaign.currency:
            problems.append(
                f"promotion {promotion.id!r} is in {promotion.currency}, the campaign in {campaign.currency}; "
                "make one campaign per currency"
            )
    for many in (campaign.promotions, campaign.contingency):
        counts = Counter(one.id for one in many)
        problems += [f"promotion {name!r} is there twice; keep one" for name in counts if counts[name] > 1]
    if not 0 <= campaign.holdout_share <= MOST_HOLDOUT:
        problems.append(f"holdout_share is 0 to {MOST_HOLDOUT}; given {campaign.holdout_share}")
    problems += guardrails_problems(campaign.guardrails)
    for expected in campaign.expected:
        problems += _expected_problems(expected)
    return problems


def draft_problems(campaign: Campaign) -> list[str]:
    """What is wrong with terms that are new; what was kept before these rules held can still be read and ended."""
    return [
        *campaign_problems(campaign),
        *_address_problems(campaign.id),
        *(problem for expected in campaign.expected for problem in _reach_problems(expected)),
    ]


def _address_problems(name: str) -> list[str]:
    """An id is part of an address, and people must be able to tell it from others by eye."""
    if name.isprintable() and name not in (".", "..") and not set("/\\") & set(name):
        return []
    return [
        "id is part of an address and is read by eye: leave out /, \\ and invisible characters, and call it "
        f"neither . nor ..; given {name[:60]!a}"
    ]


def _reach_problems(expected: Expected) -> list[str]:
    problems = []
    if not 1 <= expected.days <= _MOST_DAYS:
        problems.append(f"expected of {expected.day[:30]}: days is 1 to {_MOST_DAYS}; given {expected.days}")
    elif (first := _day(expected.day)) is not None:
        last_first = _LAST_DAY - timedelta(days=expected.days - 1)
        if not _FIRST_DAY <= first <= last_first:
            problems.append(
                f"expected: day is from {_FIRST_DAY} to {_LAST_DAY}, with all its days; "
                f"given {expected.day} for {expected.days} days"
            )
    ends = (
        *(expected.units_low, expected.units_high),
        *(expected.net_low_minor, expected.net_high_minor),
        *(expected.margin_low_minor, expected.margin_high_minor),
    )
    if any(abs(Fraction(end)) > _MOST_EXPECTED for end in ends):
        problems.append(f"expected of {expected.day[:30]}: every figure is at most {_MOST_EXPECTED}; give less")
    return problems


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _name_problems(campaign: Campaign) -> list[str]:
    problems = []
    if not 1 <= len(campaign.id) <= MOST_ID or _WHITESPACE.search(campaign.id):
        problems.append(f"id is a text of 1 to {MOST_ID} characters without spaces; given {campaign.id[:60]!r}")
    if len(campaign.owner) > MOST_ID:
        problems.append(f"owner has at most {MOST_ID} characters; given {len(campaign.owner)}")
    return problems


def _expected_problems(expected: Expected) -> list[str]:
    problems = []
    if _day(expected.day) is None:
        problems.append(f"expected: day is a date like 2026-11-11; given {expected.day[:30]!r}")
    ranges = (
        ("units", expected.units_low, expected.units, expected.units_high),
        ("net_minor", expected.net_low_minor, expected.net_minor, expected.net_high_minor),
        ("margin_minor", expected.margin_low_minor, expected.margin_minor, expected.margin_high_minor),
    )
    for name, low, value, high in ranges:
        if not low <= value <= high:
            problems.append(
                f"expected of {expected.day}: {name} is {value}, outside its own range {low} to {high}; "
                "give the low end, the value and the high end in that order"
            )
    return problems
