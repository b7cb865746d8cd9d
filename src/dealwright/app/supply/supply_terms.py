"""On which terms stock is ordered: what an order costs, how long it takes, in which packs; from a small file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Self, TypeVar

import numpy as np
import yaml
from numpy.typing import NDArray
from pydantic import Field, ValidationError, model_validator

from dealwright.core.errors import InputError
from dealwright.core.money import Money
from dealwright.plan.scenario.mistakes import told
from dealwright.plan.scenario.parts import Amount, Part, Share

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

P = TypeVar("P", bound=Part)
Count = Annotated[int, Field(ge=0)]
ServiceLevel = Annotated[float, Field(gt=0, lt=1)]

OWN_TERMS = ("order_cost", "lead_time_weeks", "pack", "minimum", "service_level")
"""What a product may have of its own, also as columns of a CSV file."""


class ProductTerms(Part):
    """What differs for one product; what is left out is as for all."""

    sku: str
    order_cost: Amount | None = None
    lead_time_weeks: Count | None = None
    pack: Annotated[int, Field(ge=1)] | None = None
    minimum: Count | None = None
    service_level: ServiceLevel | None = None


class Receipt(Part):
    """Units that are ordered already, and the day they arrive."""

    sku: str
    arrives_on: date
    units: Count


class DealTerms(Part):
    """A supplier's price for units bought now: from `minimum` units on, no more than `limit`."""

    sku: str
    unit_cost: Amount
    minimum: Count = 0
    limit: Annotated[int, Field(ge=1)] | None = None


class SupplyTerms(Part):
    """The terms of all orders; amounts are in major units of the shop's currency.

    Without `service_level` the level is where a missed sale (`missed_margins` times its margin) balances holding a
    unit for a week (`holding_share` of its cost a year). `salvage_share` of its cost is what a unit still brings
    that is left when it must be gone, `return_credit_share` what the supplier pays back. Without `on_order` the
    usual is assumed to arrive until new orders can.
    """

    order_cost: Amount = Decimal("2.00")
    holding_share: Share = 0.25
    lead_time_weeks: Count = 1
    pack: Annotated[int, Field(ge=1)] = 1
    minimum: Count = 0
    service_level: ServiceLevel | None = None
    missed_margins: Annotated[float, Field(gt=0)] = 1.0
    salvage_share: Share = 0.5
    return_credit_share: Share | None = None
    label_cost: Amount = Decimal("0.50")
    products: tuple[ProductTerms, ...] = ()
    on_order: tuple[Receipt, ...] = ()
    deals: tuple[DealTerms, ...] = ()

    @model_validator(mode="after")
    def _each_product_once(self) -> Self:
        skus = [own.sku for own in self.products]
        twice = sorted({sku for sku in skus if skus.count(sku) > 1})
        if twice:
            raise ValueError(f"products: {', '.join(twice)} stands twice; leave one line for each product")
        return self

    @classmethod
    def read(cls, text: str, *, source: str = "supply terms") -> SupplyTerms:
        """Parse YAML; InputError lists every mistake with where it is.

        >>> SupplyTerms.read("lead_time_weeks: 2").lead_time_weeks
        2
        >>> SupplyTerms.read("lead_time: 2")
        Traceback (most recent call last):
        dealwright.core.errors.InputError: supply terms: lead_time: unknown; did you mean 'lead_time_weeks'? ...
        """
        return read_part(cls, text, source=source)

    @classmethod
    def of_rows(cls, rows: Sequence[Mapping[str, str]], *, source: str) -> SupplyTerms:
        """From rows of text with a column `sku` and any of `OWN_TERMS`; an empty cell says nothing."""
        allowed = ("sku", *OWN_TERMS)
        unknown = sorted({name for row in rows for name in row} - set(allowed))
        if unknown or not rows:
            raise InputError(
                *(str(InputError.unknown(f"column of {source}", name, allowed)) for name in unknown),
                *([] if rows else [f"{source} has no rows; give one for each product"]),
            )
        given = [{name: cell for name, cell in row.items() if cell.strip()} for row in rows]
        return checked_part(cls, {"products": given}, source=source)

    def of_products(self, name: str, skus: Sequence[str]) -> Floats:
        """One of `OWN_TERMS` for each product, (n,); NaN where neither the product nor the shop has it."""
        shared = getattr(self, name)
        own = {one.sku: getattr(one, name) for one in self.products}
        values = [own.get(sku) if own.get(sku) is not None else shared for sku in skus]
        return np.array([np.nan if value is None else float(value) for value in values])

    def order_cost_minor(self, skus: Sequence[str], *, currency: str) -> Floats:
        """Minor units, (n,)."""
        shared, own = self.order_cost, {one.sku: one.order_cost for one in self.products}
        amounts = [shared if (cost := own.get(sku)) is None else cost for sku in skus]
        return np.array([minor(amount, currency) for amount in amounts])

    def refuse_unknown(self, skus: Sequence[str], *, currency: str) -> None:
        """InputError listing every product that is not forecast, and every amount that is none of the currency."""
        known, mistakes = set(skus), list[str]()
        for name, rows in (("products", self.products), ("on_order", self.on_order), ("deals", self.deals)):
            mistakes += [
                f"{name}: {InputError.unknown('forecast product', row.sku, skus)}"
                for row in rows
                if row.sku not in known
            ]
        amounts = [
            ("order_cost", self.order_cost),
            ("label_cost", self.label_cost),
            *((f"products ({own.sku}): order_cost", own.order_cost) for own in self.products),
            *((f"deals ({deal.sku}): unit_cost", deal.unit_cost) for deal in self.deals),
        ]
        for name, amount in amounts:
            try:
                minor(amount or Decimal(0), currency)
            except InputError as error:
                mistakes.append(f"{name}: {error}")
        if mistakes:
            raise InputError(*mistakes)


def minor(amount: Decimal, currency: str) -> float:
    """An amount in minor units."""
    return float(Money.parse(str(amount), currency).minor)


def read_part(kind: type[P], text: str, *, source: str) -> P:
    """A block of settings from YAML; InputError lists every mistake with where it is."""
    try:
        given: Any = yaml.safe_load(text) or {}
    except yaml.YAMLError as error:
        raise InputError(f"{source} is not YAML: {error}") from None
    if not isinstance(given, dict):
        raise InputError(f"{source}: a list of 'name: value' lines is expected, given {type(given).__name__}")
    return checked_part(kind, given, source=source)


def checked_part(kind: type[P], given: Mapping[str, Any], *, source: str) -> P:
    """A block of settings from plain values; InputError lists every mistake with where it is."""
    try:
        return kind.model_validate(given)
    except ValidationError as error:
        raise InputError(*(f"{source}: {line}" for line in told(error, kind))) from None
