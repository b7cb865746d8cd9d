"""What a shop promises: conditions, one benefit, when it holds, and what it may meet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal, Protocol

from dealwright.campaign.schedule import ALWAYS, Schedule

Layer = Literal["catalogue", "cart", "delivery"]
Language = Literal["en", "zh"]


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
    per_customer_days: int | None = None
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
    - `exclusive_group`: at most one promotion of a group applies. `is_exclusive`: applies alone.
    - `funded_percent` of the discount is paid by the platform (or supplier), the rest by the merchant.
    """

    id: str
    currency: str
    benefit: Term
    conditions: tuple[Term, ...] = ()
    version: int = 1
    name: str = ""
    code: str = ""
    batch: str = ""
    schedule: Schedule = ALWAYS
    layer: Layer = "cart"
    lane: int = 0
    priority: int = 0
    exclusive_group: str = ""
    is_exclusive: bool = False
    limits: Limits = Limits()
    funded_percent: int = 0

    @property
    def needs_code(self) -> bool:
        """Whether a code must be held."""
        return bool(self.code or self.batch)
