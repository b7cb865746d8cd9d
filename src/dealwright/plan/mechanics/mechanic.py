"""What every mechanic is: checked fields, the products it suits, and what it comes to on one of them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field, fields
from typing import ClassVar

from dealwright.core.errors import InputError
from dealwright.core.verdict import MET, Verdict
from dealwright.plan.mechanics.effective import MOST_FELT, NO_LIMIT, Assumption, EffectiveOffer, Source
from dealwright.plan.mechanics.fields import CARRIERS, COST, problems
from dealwright.plan.mechanics.shopping import Shopping


@dataclass(frozen=True, slots=True, kw_only=True)
class Mechanic(ABC):
    """A way to give. Shares are 0 to 1, amounts are whole minor units; InputError lists all that is wrong.

    `is_price_cut` says whether the shelf label changes: every customer pays less for every unit, so that rules on
    prices see it. `weekly_cost_minor` is paid per product and week whatever is sold; `vehicles` are what shows it.
    """

    kind: ClassVar[str]
    is_price_cut: ClassVar[bool] = False

    weekly_cost_minor: int = field(default=0, metadata=COST)
    vehicles: tuple[str, ...] = field(default=(), metadata=CARRIERS)

    def __post_init__(self) -> None:
        wrong = list(problems(self)) or self.mistakes()
        if wrong:
            raise InputError(*(f"{self.kind}: {problem}" for problem in wrong))

    def mistakes(self) -> list[str]:
        """What does not fit together, once every field by itself is right."""
        return []

    def suits(self, shopping: Shopping) -> Verdict:
        """Whether it can be offered on the product."""
        del shopping
        return MET

    @abstractmethod
    def on(self, shopping: Shopping) -> EffectiveOffer:
        """What it comes to on a product that it suits."""

    def stated(self, name: str, number: float | None = None) -> Assumption:
        """The assumption in the field `name`; its `number` if the field leaves it to a rule of ours."""
        value = getattr(self, name)
        default = next(each.default for each in fields(self) if each.name == name)
        source: Source = "assumed" if value == default else "given"
        return Assumption(name, float(value if number is None else number), source)

    def offer(
        self,
        shopping: Shopping,
        *,
        felt_depth: float,
        discount_minor: float = 0.0,
        extra_minor: float = 0.0,
        uses_per_unit: float = 1.0,
        most_uses: float | None = None,
        reach: float = 1.0,
        assumptions: tuple[Assumption, ...] = (),
    ) -> EffectiveOffer:
        """The effective offer, with what every mechanic has; `most_uses` None: no limit."""
        more = [Assumption("most_felt", MOST_FELT, "assumed")] if felt_depth > MOST_FELT else []
        more += [Assumption("most_uses", most_uses, "given")] if most_uses is not None else []
        more += [Assumption("app_draws_nobody", 0.0, "assumed")] if "app" in self.vehicles else []
        return EffectiveOffer(
            price_minor=shopping.price_minor,
            felt_depth=min(felt_depth, MOST_FELT),
            discount_minor=discount_minor,
            extra_minor=extra_minor,
            fixed_minor=float(self.weekly_cost_minor),
            uses_per_unit=uses_per_unit,
            most_uses=NO_LIMIT if most_uses is None else float(most_uses),
            reach=reach,
            vehicles=self.vehicles,
            assumptions=(*assumptions, *more),
        )


def effective(mechanic: Mechanic, shopping: Shopping) -> EffectiveOffer:
    """What `mechanic` comes to on a product; InputError if it does not suit it (`mechanic.suits` says why)."""
    verdict = mechanic.suits(shopping)
    if not verdict:
        raise InputError(f"{mechanic.kind} on {shopping.sku!r}: {verdict.reason}")
    return mechanic.on(shopping)


def mean_cut(depth: float) -> Assumption:
    """That demand answers to a cut that not every unit gets as to the mean cut on the shelf."""
    return Assumption("mean_cut", depth, "assumed")
