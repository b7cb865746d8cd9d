"""The parts of a scenario beside its limits: which products, and what is assumed of them."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Share = Annotated[float, Field(ge=0.0, le=1.0)]
Amount = Annotated[Decimal, Field(ge=0)]
"""Money in major units of the shop's currency."""


class Part(BaseModel):
    """A block of the file: no unknown keys, numbers welcome where names are expected."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)


class Assumptions(Part):
    """What the data do not say. Every page that uses one of these says "assumed"."""

    cost_share: Share = 0.70
    """Unit cost as a share of the usual price, where the table `costs` has none."""
    funded_share_branded: Share = 0.50
    """Share of a discount that the supplier pays on brands."""
    funded_share_own_label: Share = 0.0
    """The same on own labels."""
    display_cost: Amount = Decimal("5.00")
    """Cost of a display in all stores, per product and week."""
    mailer_cost: Amount = Decimal("4.00")
    """Cost of a place in the mailer, per product and week."""
    cover_weeks: Annotated[float, Field(gt=0)] = 2.0
    """Weeks of ordinary sales on the shelf at the start, where the table `stock` has none."""


class Scope(Part):
    """Which products are planned."""

    most_products: Annotated[int, Field(ge=1)] = 300
    least_selling_weeks: Annotated[int, Field(ge=4)] = 26
    excluded_departments: tuple[str, ...] = ()
    excluded_categories: tuple[str, ...] = ()
