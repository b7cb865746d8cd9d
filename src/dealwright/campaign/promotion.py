"""What a shop promises: conditions, one benefit, when it holds, and what it may meet."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, Literal, Protocol

from dealwright.campaign.schedule import ALWAYS, Schedule
from dealwright.core.errors import InputError
from dealwright.core.money import exponent

Layer = Literal["catalogue", "cart", "delivery"]
Language = Literal["en", "zh"]

MOST_ID = 100  # characters; ids are part of the names of accounts
_ANY_ORDER = {"least": -(10**9), "most": 10**9}


class Term(Protocol):
    """A condition or a benefit as data: a frozen dataclass with a `kind` and one sentence."""

    kind: ClassVar[str]

    def sentence(self, currency: str, language: Language) -> str:
        """What it asks or gives, in plain words, without a full stop."""
        ...


@dataclass(frozen=True, slots=True)
class Limits:
    """How often a promotion may be used; `None` is without limit. Counted at hold, settled at commit.

    `per_customer_days` makes the limit per customer count within so many days. `units` limits units sold at the
    promotion's price, `budget_minor` the discount it may cost in all. `returns_on_cancel` says whether a cancelled
    order gives its use back.
    """

    total: int | None = None
    per_customer: int | None = None
    per_customer_days: int | None = field(default=None, metadata={"least": 1, "most": 3_660})
    per_code: int | None = None
    units: int | None = None
    units_per_customer: int | None = None
    budget_minor: int | None = None
    returns_on_cancel: bool = True


@dataclass(frozen=True, slots=True)
class Promotion:
    """Conditions, one benefit, validity and lane: one version of one promise. Terms are superseded, never edited.

    - `code` is one generic code; `batch` names a batch of unique codes; with neither it applies by itself.
    - `layer`: "catalogue" changes item prices before anything else; "cart" lands on lines; "delivery" on fees.
    - `lane`: lanes run in ascending order and see what earlier lanes left; within a lane the best legal combination
      for the shopper is taken. `priority`: higher is applied first inside a combination.
    - `exclusive_group`: at most one promotion of a group applies: in one lane the best, between lanes that of the
      earlier lane. `is_exclusive`: applies alone. Both hold among promotions on the cart and on delivery; prices of
      the catalogue layer are settled before, among themselves.
    - `funded_percent` of the discount is paid by the platform (or supplier), the rest by the merchant.
    """

    id: str
    currency: str
    benefit: Term
    conditions: tuple[Term, ...] = ()
    version: int = field(default=1, metadata={"least": 1, "most": 10**9})
    name: str = ""
    code: str = ""
    batch: str = ""
    schedule: Schedule = ALWAYS
    layer: Layer = "cart"
    lane: int = field(default=0, metadata=_ANY_ORDER)
    priority: int = field(default=0, metadata=_ANY_ORDER)
    exclusive_group: str = ""
    is_exclusive: bool = False
    limits: Limits = Limits()
    funded_percent: int = field(default=0, metadata={"least": 0, "most": 100})

    @property
    def needs_code(self) -> bool:
        """Whether a code must be held."""
        return bool(self.code or self.batch)


def promotion_problems(promotion: Promotion) -> list[str]:
    """What does not fit together in a promotion whose fields are each right; empty if nothing."""
    problems = []
    for name in ("id", "code", "batch", "exclusive_group"):
        text = getattr(promotion, name)
        if len(text) > MOST_ID or text != text.strip():
            problems.append(f"{name} has at most {MOST_ID} characters and no space around it; given {text[:60]!r}")
    if not promotion.id:
        problems.append("id is a text that is not empty; it names the promotion for ever")
    if promotion.code and promotion.batch:
        problems.append("give code (one code for everybody) or batch (a code each), not both")
    if promotion.limits.per_customer_days is not None and promotion.limits.per_customer is None:
        problems.append("limits.per_customer_days needs limits.per_customer: how often within so many days")
    try:
        exponent(promotion.currency)
    except InputError as error:
        problems += error.problems
    return problems
