"""Whatever people do with a campaign, in whatever order: it stands, and costs, what a few plain rules say."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from campaigns_of_tests import END, START, a_campaign, an_actor, off
from dealwright.app.campaigns.check_campaign import HouseRules
from dealwright.campaign.four_eyes import FourEyes
from dealwright.campaign.life import ROLES, Role
from dealwright.core.cart import Cart, LineItem
from dealwright.live.campaigns import Campaigns, open_campaigns
from dealwright.till import Till, open_till
from ledgers import NOON, SetClock, is_thorough, postgres_template, sqlite_template, till_url  # noqa: F401
from postgres_server import postgres_server  # noqa: F401

EXAMPLES = {"memory:": (40, 40), "sqlite": (4, 30), "postgresql": (3, 30)}
THRESHOLD = 1_000
BUDGETS = (500, 5_000)
PEOPLE = ("ann", "bob", "cem")
MAY = {
    "draft": "planner",
    "revise": "planner",
    "submit": "planner",
    "approve": "approver",
    "reject": "approver",
    "schedule": "approver operator",
    "pause": "planner approver operator",
    "resume": "operator",
    "roll_back": "approver operator",
    "switch": "approver operator",
    "end": "approver operator",
}


@dataclass
class Terms:
    percent: int
    budget: int
    has_contingency: bool


@dataclass
class Model:
    """Every version there is, and what people may do next."""

    versions: list[Terms] = field(default_factory=list)
    state: str = "none"
    now: int = 0  # the version that counts, from 0
    before: int | None = None
    waits: int | None = None
    wrote: set[str] = field(default_factory=set)

    def do(self, action: str, who: str, role: str, terms: Terms | None) -> bool:
        """Whether it can be done; then it is."""
        if role not in (*MAY[action].split(), "admin"):
            return False
        done = getattr(self, f"_{action}")(who, terms)
        return bool(done)

    def _draft(self, who: str, terms: Terms) -> bool:
        if self.state != "none":
            return False
        self.versions, self.state, self.wrote = [terms], "draft", {who}
        return True

    def _revise(self, who: str, terms: Terms) -> bool:
        if self.state in ("none", "ended", "rolled_back") or terms == self.versions[self.now]:
            return False
        self.versions.append(terms)
        newest = len(self.versions) - 1
        if self.state not in ("live", "paused"):
            self.wrote.add(who)
            self.state, self.now, self.waits = "draft", newest, None
        elif terms.budget >= THRESHOLD:
            self.wrote.add(who)
            self.waits = newest
        else:
            self.before, self.now, self.waits, self.wrote = self.now, newest, None, set()
        return True

    def _submit(self, who: str, _: object) -> bool:
        if self.state != "draft":
            return False
        if self.versions[self.now].budget >= THRESHOLD:
            self.wrote.add(who)
            self.state = "submitted"
        else:
            self.state, self.wrote = "approved", set()
        return True

    def _approve(self, who: str, _: object) -> bool:
        if who in self.wrote or not self.is_awaited:
            return False
        if self.state == "submitted":
            self.state = "approved"
        else:
            assert self.waits is not None
            self.before, self.now, self.waits = self.now, self.waits, None
        self.wrote = set()
        return True

    def _reject(self, _: str, __: object) -> bool:
        if not self.is_awaited:
            return False
        if self.state == "submitted":
            self.state = "draft"
        else:
            self.waits, self.wrote = None, set()
        return True

    @property
    def is_awaited(self) -> bool:
        return self.state == "submitted" or self.waits is not None

    def _schedule(self, _: str, __: object) -> bool:
        return self._goes("approved", to="scheduled")

    def _pause(self, _: str, __: object) -> bool:
        return self._goes("scheduled", "live", to="paused")

    def _resume(self, _: str, __: object) -> bool:
        return self._goes("paused", to="scheduled")  # the clock stands before the start

    def _roll_back(self, _: str, __: object) -> bool:
        if self.state not in ("live", "paused"):
            return False
        if self.before is None:
            self.state = "rolled_back"
        else:
            self.versions.append(self.versions[self.before])
            self.now = len(self.versions) - 1
        self.before, self.waits, self.wrote = None, None, set()
        return True

    def _switch(self, _: str, __: object) -> bool:
        if self.state not in ("live", "paused") or not self.versions[self.now].has_contingency:
            return False
        self.versions.append(Terms(1, 100, has_contingency=False))
        self.before, self.now = self.now, len(self.versions) - 1
        self.waits, self.wrote = None, set()
        return True

    def _end(self, _: str, __: object) -> bool:
        if self.state in ("none", "ended", "rolled_back"):
            return False
        self.state, self.waits, self.wrote = "ended", None, set()
        return True

    def _goes(self, *sources: str, to: str) -> bool:
        if self.state not in sources:
            return False
        self.state = to
        return True

    def tick(self) -> None:
        if self.state == "scheduled":
            self.state = "live"

    @property
    def price(self) -> int:
        return 1000 - 10 * self.versions[self.now].percent if self.state == "live" else 1000


class Shop(RuleBasedStateMachine):
    """One campaign of a shop in its week; books, till and model go through the same steps."""

    numbers = itertools.count()

    def __init__(self, till: Till, books: Campaigns, clock: SetClock) -> None:
        super().__init__()
        self.till, self.books, self.clock, self.model = till, books, clock, Model()
        self.name = f"C{next(self.numbers)}"
        self.cart = Cart("EUR", (LineItem("1", self.name, 10, 100),))
        clock.time = NOON

    @rule(
        action=st.sampled_from(sorted(MAY)),
        who=st.sampled_from(PEOPLE),
        role=st.sampled_from(ROLES),
        percent=st.integers(2, 4),
        budget=st.sampled_from(BUDGETS),
        has_contingency=st.booleans(),
    )
    def act(self, action: str, who: str, role: Role, percent: int, budget: int, has_contingency: bool) -> None:
        self._do(action, who, role, Terms(percent, budget, has_contingency))

    @rule(data=st.data(), budget=st.sampled_from(BUDGETS))
    def go_on(self, data: st.DataObject, budget: int) -> None:
        """What usually comes next, by somebody who may."""
        nexts = {
            "none": ["draft"],
            "draft": ["submit"],
            "submitted": ["approve"],
            "approved": ["schedule"],
            "scheduled": ["pause", "approve", "revise"],
            "live": ["revise", "switch", "roll_back", "pause", "approve"],
            "paused": ["resume", "revise", "approve"],
        }
        action = data.draw(st.sampled_from(nexts.get(self.model.state, ["draft"])), label="action")
        terms = Terms(data.draw(st.integers(2, 4), label="percent"), budget, has_contingency=True)
        self._do(action, data.draw(st.sampled_from(PEOPLE), label="who"), "admin", terms)

    def _do(self, action: str, who: str, role: Role, terms: Terms) -> None:
        self.clock.time = min(self.clock.time, START - timedelta(minutes=3))  # checks refuse a start in the past
        actor = an_actor(who, role)
        campaign = a_campaign(
            id=self.name,
            promotions=(off(terms.percent, self.name, budget=terms.budget - 100 * terms.has_contingency),),
            contingency=(off(1, self.name, budget=100),) if terms.has_contingency else (),
        )
        if action == "draft":
            answer = self.books.draft(campaign, by=actor)
        elif action == "revise":
            answer = self.books.revise(campaign, by=actor)
        else:
            answer = self.books.move(self.name, action, by=actor)  # type: ignore[arg-type]
        assert bool(answer) == self.model.do(action, who, role, terms), (action, answer)

    @rule()
    def a_minute_before_the_start(self) -> None:
        self.clock.time = START - timedelta(minutes=1)
        self.books.tend()
        self.model.tick()

    @invariant()
    def it_stands_where_the_model_says(self) -> None:
        standing = self.books.standing(self.name)
        if self.model.state == "none":
            assert standing is None
            return
        assert standing is not None
        assert standing.state == self.model.state
        assert (standing.version, standing.newest) == (self.model.now + 1, len(self.model.versions))
        assert standing.waits_for_approval == self.model.is_awaited

    @invariant()
    def no_version_was_ever_edited(self) -> None:
        kept = [one.terms.promotions[0].benefit for one in self.books.versions(self.name)]
        assert kept == [off(one.percent, self.name).benefit for one in self.model.versions]

    @invariant()
    def a_cart_costs_what_the_version_in_force_says(self) -> None:
        self.clock.time = max(self.clock.time, START)
        priced = self.till.carts.price(self.cart, at=START).total_minor
        assert priced == self.model.price, (priced, self.books.standing(self.name), self.till.promotions.all())

    def teardown(self) -> None:
        self.books.move(self.name, "end", by=an_actor("zoe", "admin"))
        assert self.clock.time < END


def _opened(url: str) -> tuple[Till, Campaigns, SetClock]:
    clock = SetClock()
    till = open_till(url, clock=clock)
    return till, open_campaigns(till, rules=HouseRules(four_eyes=FourEyes(THRESHOLD))), clock


def test_campaigns_stand_and_cost_what_the_model_says(till_url: str) -> None:  # noqa: F811
    till, books, clock = _opened(till_url)
    n_examples, n_steps = EXAMPLES[till_url.split(":/")[0]]
    with till:
        run_state_machine_as_test(
            lambda: Shop(till, books, clock),  # type: ignore[arg-type]  # any maker of machines will do
            settings=settings(
                max_examples=n_examples * (25 if is_thorough() else 1), stateful_step_count=n_steps, deadline=None
            ),
        )
        assert books.audit.verify().is_whole


def test_a_model_that_lets_people_approve_their_own_is_caught() -> None:
    """The test above can fail: with a wrong model it does."""
    till, books, clock = _opened("memory:")

    class Lax(Model):
        def _approve(self, who: str, terms: object) -> bool:
            self.wrote.discard(who)
            return super()._approve(who, terms)

    class LaxShop(Shop):
        numbers = itertools.count(10_000)

        def __init__(self) -> None:
            super().__init__(till, books, clock)
            self.model = Lax()

    quick = settings(
        max_examples=100,
        stateful_step_count=40,
        deadline=None,
        phases=[Phase.generate],
        report_multiple_bugs=False,
    )
    with till, pytest.raises(AssertionError, match="own_approval"):
        run_state_machine_as_test(LaxShop, settings=quick)
