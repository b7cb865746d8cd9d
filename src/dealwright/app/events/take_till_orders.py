"""Takes what became of orders at our own till in as events: each once, with nobody sending anything."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal, Protocol

from dealwright.app.events.event_ports import TILL_SOURCE, Counts, DeadLetter, EventStore, Wanted
from dealwright.app.events.ingest_events import Intake, judge, settle
from dealwright.app.events.placed_events import Placed
from dealwright.core.money import allocate
from dealwright.data.personal import looks_personal, pseudonym
from dealwright.engine.evaluation import Evaluation, PricedLine
from dealwright.engine.outcomes import Refunded

NewsKind = Literal["order_committed", "order_cancelled", "order_returned"]
MOST_NEWS = 500  # of one transaction: a till on the same file waits for it

# Orders are counted also where customers are called by their e-mail address and no pseudonym key was given. The
# till keeps the address itself beside what is made of it here.
_OWN_KEY = b"dealwright: customers of our own till"

UnitCosts = Callable[[Collection[str], str], Mapping[str, int]]
"""What a unit of skus costs, in minor units of a currency, where it is known."""


@dataclass(frozen=True, slots=True)
class News:
    """What the outbox tells of an order, with the order as it was priced; `refund` is of a return."""

    number: int
    kind: NewsKind
    order_id: str
    customer_id: str
    at: datetime
    evaluation: Evaluation
    refund: Refunded | None = None


class OrderNews(Protocol):
    """Messages of the outbox about orders that were not counted yet."""

    def due(self, limit: int) -> Sequence[News]:
        """The oldest of them."""
        ...


def no_costs(skus: Collection[str], currency: str) -> Mapping[str, int]:
    """Nothing is known of what goods cost."""
    del skus, currency
    return {}


def take_till_orders(
    due: Sequence[News], *, intake: Intake, store: EventStore, now: datetime, costs: UnitCosts = no_costs
) -> Counts:
    """Take news; they are said to be counted in the transaction that counts them, whoever else does the same."""
    skus: dict[str, set[str]] = defaultdict(set)
    for one in due:
        skus[one.evaluation.currency].update(line.sku for line in one.evaluation.lines)
    known = {currency: costs(wanted, currency) for currency, wanted in skus.items()}
    judged = [(one.number, _judged(one, known[one.evaluation.currency], intake, now)) for one in due]
    with store.batch() as transaction:
        wanted = Wanted(messages=[number for number, _ in judged])
        left = transaction.known(wanted).messages
        taken = settle([what for number, what in judged if number in left], transaction, intake=intake, now=now)
        transaction.write(replace(taken, messages=sorted(left)))
    return taken.counts


def kept_as(customer: str, *, pseudonym_key: bytes | None) -> str:
    """How a customer of our till is called in the events that are kept.

    >>> kept_as("c-42", pseudonym_key=None)
    'c-42'
    """
    if not customer or (pseudonym_key is None and not looks_personal(customer)):
        return customer
    return pseudonym(customer, key=pseudonym_key or _OWN_KEY)


def event_of(news: News, costs: Mapping[str, int]) -> dict[str, Any]:
    """The event, as a shop would send it; its name is its place in the outbox."""
    kind, body = _told(news, costs)
    return {
        "source": TILL_SOURCE,
        "event_id": f"outbox-{news.number}",
        "kind": kind,
        "at": news.at.isoformat(),
        "version": 1,
        "body": {"order_id": news.order_id, **body},
    }


def _judged(news: News, costs: Mapping[str, int], intake: Intake, now: datetime) -> Placed | DeadLetter:
    contract = intake.contract
    if contract.pseudonym_key is None and looks_personal(news.customer_id):
        contract = replace(contract, pseudonym_key=_OWN_KEY)
    return judge(contract.read(event_of(news, costs)), intake, now)


def _told(news: News, costs: Mapping[str, int]) -> tuple[str, dict[str, Any]]:
    if news.kind == "order_cancelled":
        return "cancellation", {}
    if news.kind == "order_returned":
        assert news.refund is not None, f"a return without its refund: {news}"
        skus = {line.line: line.sku for line in news.evaluation.lines}
        return "return", {
            "lines": [
                {"sku": skus[back.line], "quantity": back.quantity, "refund_minor": back.amount_minor}
                for back in news.refund.lines
            ]
        }
    body: dict[str, Any] = {"currency": news.evaluation.currency, "lines": _lines(news.evaluation, costs)}
    if news.customer_id:
        body["customer"] = news.customer_id
    return "order", body


def _lines(evaluation: Evaluation, costs: Mapping[str, int]) -> list[dict[str, Any]]:
    """The lines with the promotions that gave on them.

    What gave nothing on any line (free delivery, points, a gift outside the cart) was earned by all of them, and
    what was taken off delivery is split over them by what they were paid with.
    """
    on_lines = {share.promotion_id for line in evaluation.lines for share in line.shares}
    on_all = [one.promotion_id for one in evaluation.applied if one.promotion_id not in on_lines]
    off_delivery = sum(one.regular_minor - one.net_minor for one in evaluation.deliveries)
    more = allocate(off_delivery, [line.net_minor for line in evaluation.lines])
    return [_line(line, off, on_all, costs) for line, off in zip(evaluation.lines, more, strict=True)]


def _line(line: PricedLine, off_delivery: int, on_all: Sequence[str], costs: Mapping[str, int]) -> dict[str, Any]:
    told: dict[str, Any] = {
        "sku": line.sku,
        "quantity": line.quantity,
        "net_minor": line.net_minor,
        "discount_minor": line.regular_minor - line.net_minor + off_delivery,
        "promotion_ids": list(dict.fromkeys([*(share.promotion_id for share in line.shares), *on_all])),
    }
    if line.sku in costs:
        told["cost_minor"] = costs[line.sku] * line.quantity
    return told
