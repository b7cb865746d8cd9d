"""Whatever shoppers do, in whatever order: the till answers as a few lines of plain arithmetic say it must."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from dealwright.campaign.promotion import Limits, Promotion
from dealwright.core.cart import Cart, LineItem, Shopper
from dealwright.engine.benefits.percent_off import PercentOff
from dealwright.engine.outcomes import Held, Order, Refunded, Refused, Released
from dealwright.till import Till, open_till
from ledgers import SetClock, is_thorough, postgres_template, sqlite_template, till_url  # noqa: F401
from postgres_server import postgres_server  # noqa: F401

STOCK, TOTAL, PER_CUSTOMER, BUDGET = 9, 4, 2, 300
OFF_PER_UNIT = 50  # 10 % of 5.00 EUR
EXAMPLES = {"memory:": (150, 40), "sqlite": (30, 30), "postgresql": (20, 30)}


@dataclass
class Hold:
    """What the model remembers of a hold, and of the order it may have become."""

    hold_id: str
    order_id: str
    customer: str
    units: int
    is_coded: bool
    expires_at: datetime
    state: str = "held"  # held, gone, ordered, cancelled
    returned: int = 0

    @property
    def counts(self) -> bool:
        return self.is_coded and self.state in ("held", "ordered")

    @property
    def money(self) -> int:
        return OFF_PER_UNIT * (self.units - self.returned) if self.counts else 0

    @property
    def off_the_shelf(self) -> int:
        return {"held": self.units, "ordered": self.units, "cancelled": self.returned}.get(self.state, 0)


@dataclass
class Asked:
    """A request that was answered, to be sent again."""

    ask: Callable[[], object]
    answer: object


@dataclass
class Model:
    """Everything that is counted, counted anew each time from what happened."""

    holds: list[Hold] = field(default_factory=list)

    def held_of(self, order_id: str) -> Hold | None:
        return next((one for one in self.holds if one.order_id == order_id and one.state == "held"), None)

    def due(self, now: datetime) -> list[Hold]:
        """Holds whose time is over and that nobody has swept."""
        return [one for one in self.holds if one.state == "held" and one.expires_at <= now]

    def is_foreign(self, order_id: str, customer: str, now: datetime) -> bool:
        """Whether the order belongs to another customer: who holds it now, or who placed it."""
        return any(
            one.order_id == order_id and one.customer != customer and one.state == "held" and one.expires_at > now
            for one in self.holds
        )

    def is_contested(self, customer: str, units: int, *, is_coded: bool) -> bool:
        """Whether anything is short while a hold, be it the order's own, still draws on something asked for."""
        is_short = bool(self.shortages(self.holds, customer, units, is_coded=is_coded))
        return is_short and any(one.state == "held" for one in self.holds)

    def reasons_against(self, order_id: str, customer: str, units: int, *, is_coded: bool) -> set[str]:
        own = self.held_of(order_id)
        others = [one for one in self.holds if one is not own]
        reasons = self.shortages(others, customer, units, is_coded=is_coded)
        if any(one.order_id == order_id and one.state in ("ordered", "cancelled") for one in others):
            reasons.add("order_exists")
        return reasons

    def shortages(self, others: list[Hold], customer: str, units: int, *, is_coded: bool) -> set[str]:
        reasons = set()
        if sum(one.off_the_shelf for one in others) + units > STOCK:
            reasons.add("sold_out")
        if is_coded and sum(one.counts for one in others) >= TOTAL:
            reasons.add("limit_reached")
        if is_coded and sum(one.counts and one.customer == customer for one in others) >= PER_CUSTOMER:
            reasons.add("customer_limit_reached")
        if is_coded and sum(one.money for one in others) + OFF_PER_UNIT * units > BUDGET:
            reasons.add("budget_exceeded")
        return reasons


class Shop(RuleBasedStateMachine):
    """Shoppers of one shop whose till and model go through the same steps."""

    numbers = itertools.count()

    def __init__(self, till: Till, clock: SetClock) -> None:
        super().__init__()
        self.till, self.clock, self.model = till, clock, Model()
        self.name = f"S{next(self.numbers)}"
        self.n_keys = 0
        self.asked: list[Asked] = []
        till.promotions.put(
            [
                Promotion(
                    self.name,
                    "EUR",
                    PercentOff(Fraction(10)),
                    code=self.name,
                    limits=Limits(total=TOTAL, per_customer=PER_CUSTOMER, budget_minor=BUDGET),
                )
            ]
        )
        till.stock.load(self.name, STOCK)

    def ask(self, request: Callable[[str], object]) -> object:
        self.n_keys += 1
        key = f"{self.name}-{self.n_keys}"
        answer = request(key)
        self.asked.append(Asked(lambda: request(key), answer))
        return answer

    @rule(
        order=st.integers(0, 5),
        customer=st.sampled_from("ab"),
        units=st.integers(1, 4),
        is_coded=st.booleans(),
        minutes=st.integers(1, 3),
    )
    def hold(self, order: int, customer: str, units: int, is_coded: bool, minutes: int) -> None:
        order_id = f"{self.name}-o{order}"
        cart = Cart(
            "EUR",
            (LineItem("1", self.name, units, 500),),
            shopper=Shopper(f"{self.name}-{customer}"),
            codes=(self.name,) if is_coded else (),
        )
        now = self.clock.time
        if self.model.is_contested(customer, units, is_coded=is_coded):
            for one in self.model.due(now):  # what should have ended does not stand in anybody's way
                one.state = "gone"
        reasons = self.model.reasons_against(order_id, customer, units, is_coded=is_coded)
        if self.model.is_foreign(order_id, customer, now):
            reasons = {"order_exists"}
        answer = self.ask(lambda key: self.till.carts.hold(cart, key=key, order_id=order_id, seconds=60 * minutes))
        if reasons:
            assert isinstance(answer, Refused), (answer, reasons)
            assert answer.code in reasons
            return
        assert isinstance(answer, Held), answer
        assert answer.evaluation.total_minor == units * (450 if is_coded else 500)
        for one in self.model.holds:
            if one.order_id == order_id and one.state == "held":
                one.state = "gone"
        expires_at = self.clock.time + timedelta(minutes=minutes)
        self.model.holds.append(Hold(answer.hold_id, order_id, customer, units, is_coded, expires_at))

    @precondition(lambda self: self.model.holds)
    @rule(data=st.data())
    def commit(self, data: st.DataObject) -> None:
        hold = data.draw(st.sampled_from(self.model.holds), label="hold")
        answer = self.ask(lambda key: self.till.carts.commit(hold.hold_id, key=key))
        if hold.state == "held" and self.clock.time < hold.expires_at:
            assert isinstance(answer, Order), answer
            assert answer.order_id == hold.order_id
            hold.state = "ordered"
        else:
            assert isinstance(answer, Refused), answer
            assert answer.code in ("hold_expired", "hold_released", "already_committed")

    @precondition(lambda self: self.model.holds)
    @rule(data=st.data())
    def release(self, data: st.DataObject) -> None:
        hold = data.draw(st.sampled_from(self.model.holds), label="hold")
        answer = self.ask(lambda key: self.till.carts.release(hold.hold_id, key=key))
        if hold.state == "held" and self.clock.time < hold.expires_at:
            assert isinstance(answer, Released), answer
            hold.state = "gone"
        else:
            assert isinstance(answer, Refused), answer

    @precondition(lambda self: any(one.state in ("ordered", "cancelled") for one in self.model.holds))
    @rule(data=st.data(), units=st.integers(1, 3))
    def return_units(self, data: st.DataObject, units: int) -> None:
        hold = self.drawn_order(data)
        answer = self.ask(lambda key: self.till.carts.return_lines(hold.order_id, {"1": units}, key=key))
        if hold.state == "ordered" and hold.returned + units <= hold.units:
            assert isinstance(answer, Refunded), answer
            assert answer.amount_minor == units * (450 if hold.is_coded else 500)
            hold.returned += units
        else:
            assert isinstance(answer, Refused), answer

    @precondition(lambda self: any(one.state in ("ordered", "cancelled") for one in self.model.holds))
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        hold = self.drawn_order(data)
        answer = self.ask(lambda key: self.till.carts.cancel(hold.order_id, key=key))
        if hold.state == "ordered":
            assert isinstance(answer, Refunded), answer
            assert answer.amount_minor == (hold.units - hold.returned) * (450 if hold.is_coded else 500)
            hold.state = "cancelled"
        else:
            assert isinstance(answer, Refused), answer
            assert answer.code == "already_cancelled"

    @rule(seconds=st.sampled_from([1, 30, 60, 120]))
    def wait(self, seconds: int) -> None:
        self.clock.forward(seconds)

    @rule()
    def sweep(self) -> None:
        due = self.model.due(self.clock.time)
        assert self.till.sweep().holds == len(due)
        for one in due:
            one.state = "gone"

    @precondition(lambda self: self.asked)
    @rule(data=st.data())
    def send_again(self, data: st.DataObject) -> None:
        asked = data.draw(st.sampled_from(self.asked), label="asked")
        assert asked.ask() == asked.answer

    @invariant()
    def the_books_say_what_the_model_says(self) -> None:
        holds = self.model.holds
        names = (f"stock/main/{self.name}", f"uses/{self.name}", f"budget/{self.name}")
        found = self.till.ledger.accounts.balances(names)
        expected = (
            (STOCK, sum(one.off_the_shelf for one in holds)),
            (TOTAL, sum(one.counts for one in holds)),
            (BUDGET, sum(one.money for one in holds)),
        )
        for name, (loaded, gone) in zip(names, expected, strict=True):
            if name in found:
                assert (found[name].available, found[name].loaded) == (loaded - gone, loaded), name
            else:
                assert gone == 0
        held_units = sum(one.units for one in holds if one.state == "held")
        assert found[names[0]].held == held_units

    def drawn_order(self, data: st.DataObject) -> Hold:
        orders = [one for one in self.model.holds if one.state in ("ordered", "cancelled")]
        return data.draw(st.sampled_from(orders), label="order")

    def teardown(self) -> None:
        self.clock.forward(3600)
        self.till.sweep()
        self.till.promotions.retire(self.name)
        assert self.till.audit() == ()


@pytest.fixture
def opened(till_url: str) -> Iterator[tuple[Till, SetClock, str]]:  # noqa: F811
    clock = SetClock()
    with open_till(till_url, clock=clock) as till:
        yield till, clock, till_url.split(":/")[0]


def test_the_till_answers_as_the_model_says(opened: tuple[Till, SetClock, str]) -> None:
    till, clock, kind = opened
    n_examples, n_steps = EXAMPLES[kind]
    run_state_machine_as_test(
        lambda: Shop(till, clock),  # type: ignore[arg-type]  # any maker of machines will do
        settings=settings(
            max_examples=n_examples * (25 if is_thorough() else 1), stateful_step_count=n_steps, deadline=None
        ),
    )


def test_a_model_that_forgets_the_budget_is_caught(opened: tuple[Till, SetClock, str]) -> None:
    """The test above can fail: with a wrong model it does."""
    till, clock, kind = opened
    if kind != "memory:":
        pytest.skip("once is enough")

    class Forgetful(Shop):
        numbers = itertools.count(10_000)

        def __init__(self) -> None:
            super().__init__(till, clock)
            self.model = ForgetfulModel()

    quick = settings(
        max_examples=200,
        stateful_step_count=30,
        deadline=None,
        phases=[Phase.generate],
        report_multiple_bugs=False,
    )
    with pytest.raises(AssertionError, match="budget_exceeded"):
        run_state_machine_as_test(Forgetful, settings=quick)


class ForgetfulModel(Model):
    def reasons_against(self, order_id: str, customer: str, units: int, *, is_coded: bool) -> set[str]:
        found = super().reasons_against(order_id, customer, units, is_coded=is_coded)
        return found - {"budget_exceeded"}
