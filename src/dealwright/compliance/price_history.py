"""What a product was asked, offered and paid at, day by day: the evidence of every rule on price reductions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from dealwright.compliance.finding import Evidence

PriceKind = Literal["regular", "offered", "paid"]
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class PriceRow:
    """A unit's price from `since` to `until` (shop days, both included).

    "regular" is the list price, "offered" one that everybody could buy at (a promotion), "paid" one that somebody
    paid and did not get back. `is_inferred`: worked out from sales, not recorded.
    """

    sku: str
    since: date
    until: date
    price_minor: int
    kind: PriceKind
    channel: str = ""
    store: str = ""
    is_inferred: bool = False

    @property
    def evidence(self) -> Evidence:
        """The row as a finding shows it."""
        return Evidence(self.kind, self.price_minor, since=self.since.isoformat(), until=self.until.isoformat())


@dataclass(frozen=True, slots=True)
class PriceHistory:
    """The rows of one product, in any order."""

    rows: tuple[PriceRow, ...] = ()

    def between(self, first: date, last: date, *kinds: PriceKind) -> tuple[PriceRow, ...]:
        """Rows of these kinds that hold on a day from `first` to `last`, both included."""
        return tuple(row for row in self.rows if row.kind in kinds and row.since <= last and first <= row.until)

    @property
    def recorded(self) -> PriceHistory:
        """The rows that the shop recorded, without those inferred from sales."""
        return PriceHistory(tuple(row for row in self.rows if not row.is_inferred))

    def at(self, *, channels: Iterable[str] = (), stores: Iterable[str] = ()) -> PriceHistory:
        """The rows of these channels and stores (none named: all); rows that name none hold everywhere."""
        in_channels, in_stores = ({*channels, ""} if channels else None), ({*stores, ""} if stores else None)
        return PriceHistory(
            tuple(
                row
                for row in self.rows
                if (in_channels is None or row.channel in in_channels)
                and (in_stores is None or row.store in in_stores)
            )
        )

    def lowest_paid(self, start: date, *, days: int) -> PriceRow | None:
        """The lowest price paid in the `days` days before `start`; without a sale then, the last one paid."""
        recent = self.between(start - days * _DAY, start - _DAY, "paid")
        if not recent:
            earlier = [row for row in self.rows if row.kind == "paid" and row.until < start]
            last = max((row.until for row in earlier), default=start)
            recent = tuple(row for row in earlier if row.until == last)
        return min(recent, key=_cheapest, default=None)

    def lowest_offered(self, start: date, *, days: int) -> PriceRow | None:
        """The lowest price that everybody was offered in the `days` days before `start`."""
        return min(
            self.between(start - days * _DAY, start - _DAY, "regular", "offered"), key=_cheapest, default=None
        )

    def first_step(self, start: date, price_minor: int) -> date:
        """When the reduction that goes on without a break, never rising, down to `price_minor` on `start` began."""
        while True:
            before = self.between(start - _DAY, start - _DAY, "offered")
            steps = [row for row in before if row.price_minor >= price_minor and row.since < start]
            if not steps:
                return start
            step = min(steps, key=_cheapest)
            start, price_minor = step.since, step.price_minor

    def regular_on(self, day: date) -> PriceRow | None:
        """The list price on a day: the one that began last, recorded before inferred."""
        rows = self.between(day, day, "regular")
        return max(rows, key=lambda row: (not row.is_inferred, row.since, -row.price_minor), default=None)

    @property
    def known_since(self) -> date | None:
        """The first day on which a price is known."""
        return min((row.since for row in self.rows), default=None)


def _cheapest(row: PriceRow) -> tuple[int, date]:
    return row.price_minor, row.since
