"""The rules that shelf prices obey: read from a small file, and looked up for every product."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from dealwright.app.shop.which_products import which_products
from dealwright.app.supply.supply_terms import minor, read_part
from dealwright.core.errors import InputError
from dealwright.core.ids import Sku
from dealwright.core.money import Money
from dealwright.data.panel import Panel
from dealwright.plan.scenario.parts import Amount, Part, Share
from dealwright.plan.scenario.rules import OfSome
from dealwright.price import rules
from dealwright.price.competitor import Index, MatchLowest, MatchMedian, MatchOne, Position
from dealwright.price.relations import BrandGap, NoDearerPerUnit, Relation
from dealwright.price.rules import PriceRule
from dealwright.price.words import sentence


class AmountRule(OfSome):
    """A price that is a limit."""

    least: Amount


class CapRule(OfSome):
    """A price that is not exceeded."""

    most: Amount


class ShareRule(OfSome):
    """A share that is a limit."""

    share: Share


class DaysRule(OfSome):
    """Days that must pass."""

    days: Annotated[int, Field(ge=0)]


class StepRule(OfSome):
    """Prices are multiples of it."""

    every: Annotated[Decimal, Field(gt=0)]


class EndingRule(OfSome):
    """The last digits of a price, in minor units."""

    digits: Annotated[str, Field(pattern=r"^\d+$")]


class CompetitorRule(OfSome):
    """Where to stand among competitors' prices; `offset` is a share above (below zero: under) them."""

    position: Literal["match_lowest", "match_median", "match_one", "index"] = "match_lowest"
    offset: Annotated[float, Field(gt=-1)] = 0.0
    level: Annotated[float, Field(gt=0)] = 1.0
    competitor: str | None = None

    @model_validator(mode="after")
    def _names_the_one(self) -> Self:
        if (self.position == "match_one") != (self.competitor is not None):
            raise ValueError("position match_one and competitor go together; give both or none")
        return self

    @property
    def stand(self) -> Position:
        """The position."""
        match self.position:
            case "match_median":
                return MatchMedian(self.offset)
            case "index":
                return Index(self.level)
            case "match_one":
                return MatchOne(str(self.competitor), self.offset)
            case _:
                return MatchLowest(self.offset)


class GapRule(Part):
    """One brand stays dearer than another."""

    cheaper: str
    dearer: str
    least: Share


class PackRule(Part):
    """A larger pack is no dearer per unit."""

    small: str
    small_size: Annotated[float, Field(gt=0)]
    large: str
    large_size: Annotated[float, Field(gt=0)]


class PriceRules(Part):
    """What prices obey; each list holds rules of some products (by skus, categories, brands, suppliers) or of all.

    Amounts are in major units. A price moves only if that is better in at least `least_chance` of the draws. What
    customers buy today may get dearer by the share `basket_rise` in all (null: by any): one shop's past does not
    tell who stays away from a shop that became dear.
    """

    least_chance: Annotated[float, Field(ge=0, lt=1)] = 0.8
    basket_rise: Annotated[float, Field(gt=-1)] | None = 0.0
    floor: tuple[AmountRule, ...] = ()
    advertised_minimum: tuple[AmountRule, ...] = ()
    cap: tuple[CapRule, ...] = ()
    margin_floor: tuple[ShareRule, ...] = (ShareRule(share=0.0),)
    largest_change: tuple[ShareRule, ...] = (ShareRule(share=0.1),)
    cool_down: tuple[DaysRule, ...] = ()
    no_rise: tuple[OfSome, ...] = ()
    step: tuple[StepRule, ...] = ()
    ending: tuple[EndingRule, ...] = (EndingRule(digits="9"),)
    competitor: tuple[CompetitorRule, ...] = ()
    brand_gap: tuple[GapRule, ...] = ()
    no_dearer_per_unit: tuple[PackRule, ...] = ()

    @classmethod
    def read(cls, text: str, *, source: str = "price rules") -> PriceRules:
        """Parse YAML; InputError lists every mistake with where it is.

        >>> PriceRules.read("floor: [{least: 0.99}]").floor[0].least
        Decimal('0.99')
        >>> PriceRules.read("flor: []")
        Traceback (most recent call last):
        dealwright.core.errors.InputError: price rules: flor: unknown; did you mean 'floor'? Allowed here: ...
        """
        return read_part(cls, text, source=source)


@dataclass(frozen=True, slots=True)
class RuledProducts:
    """For each of n products its rules and where to stand among competitors (None: not asked); all relations."""

    rules: tuple[tuple[PriceRule, ...], ...]
    positions: tuple[Position | None, ...]
    relations: tuple[Relation, ...]
    currency: str

    def told(self, code: str, params: dict[str, object], language: str = "en") -> str:
        """The sentence of a rule, with amounts as they stand on a label."""
        shown = {
            name: str(Money(value, self.currency)) if isinstance(value, int) and name in _AMOUNTS else value
            for name, value in params.items()
        }
        return sentence(code, shown, language)


_AMOUNTS = {"least", "most", "every"}


def ruled(given: PriceRules, panel: Panel, *, currency: str) -> RuledProducts:
    """Look every rule up; InputError lists all names and amounts that are not known."""
    mistakes: list[str] = []
    of: list[list[PriceRule]] = [[] for _ in panel.skus]
    positions: list[Position | None] = [None] * len(panel.skus)
    for name, make in _MAKE.items():
        for k, rule in enumerate(getattr(given, name)):
            try:
                made = make(rule, currency)
                for i in np.flatnonzero(which_products(rule, panel)):
                    of[i].append(made)
            except InputError as error:
                mistakes += [f"{name}.{k}: {problem}" for problem in error.problems]
    for k, rule in enumerate(given.competitor):
        try:
            for i in np.flatnonzero(which_products(rule, panel)):
                positions[i] = rule.stand
        except InputError as error:
            mistakes += [f"competitor.{k}: {problem}" for problem in error.problems]
    relations = _relations(given, panel.skus, mistakes)
    if mistakes:
        raise InputError(*mistakes)
    return RuledProducts(tuple(tuple(own) for own in of), tuple(positions), tuple(relations), currency)


def _relations(given: PriceRules, skus: Sequence[str], mistakes: list[str]) -> list[Relation]:
    made: list[Relation] = []
    pairs: list[tuple[str, GapRule | PackRule, tuple[str, str]]] = [
        *(("brand_gap", rule, (rule.cheaper, rule.dearer)) for rule in given.brand_gap),
        *(("no_dearer_per_unit", rule, (rule.small, rule.large)) for rule in given.no_dearer_per_unit),
    ]
    for name, rule, pair in pairs:
        unknown = [f"{name}: {InputError.unknown('product', sku, skus)}" for sku in pair if sku not in skus]
        mistakes += unknown
        if unknown:
            continue
        try:
            made.append(_relation(rule))
        except InputError as error:
            mistakes += [f"{name}: {problem}" for problem in error.problems]
    return made


def _relation(rule: GapRule | PackRule) -> Relation:
    if isinstance(rule, GapRule):
        return BrandGap(Sku(rule.cheaper), Sku(rule.dearer), rule.least)
    return NoDearerPerUnit(Sku(rule.small), rule.small_size, Sku(rule.large), rule.large_size)


_MAKE: dict[str, Callable[[Any, str], PriceRule]] = {
    "floor": lambda rule, currency: rules.Floor(int(minor(rule.least, currency))),
    "advertised_minimum": lambda rule, currency: rules.AdvertisedMinimum(int(minor(rule.least, currency))),
    "cap": lambda rule, currency: rules.Cap(int(minor(rule.most, currency))),
    "margin_floor": lambda rule, _: rules.MarginFloor(rule.share),
    "largest_change": lambda rule, _: rules.LargestChange(rule.share),
    "cool_down": lambda rule, _: rules.CoolDown(rule.days),
    "no_rise": lambda _, __: rules.NoRise(),
    "step": lambda rule, currency: rules.Step(int(minor(rule.every, currency))),
    "ending": lambda rule, _: rules.Ending(rule.digits),
}
"""How each rule of the file becomes a rule of one price."""
