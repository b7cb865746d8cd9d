"""Campaigns that are paused, rolled back, switched: what ends at once, and what is kept of what was promised."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from campaigns_of_tests import ANN, BOB, TEN_TEAS, a_campaign, live, off, total
from dealwright.campaign.guardrail import Guardrail
from dealwright.campaign.life import Action
from dealwright.engine.outcomes import Held, Order
from dealwright.live.campaigns import Campaigns
from dealwright.till import Till
from ledgers import SetClock


def test_a_roll_back_restores_the_version_before_with_one_entry(
    till: Till, books: Campaigns, clock: SetClock
) -> None:
    live(books, clock, percent=10)
    books.revise(a_campaign(20), by=ANN)
    books.move("tea", "approve", by=BOB)
    n_entries = books.audit.verify().head.number
    answer = books.move("tea", "roll_back", by=BOB, reason="it loses money")
    assert answer.standing is not None
    assert (answer.standing.state, answer.standing.version) == ("live", 3)
    assert books.versions("tea")[2].restores == 1
    assert total(till) == 900
    entries = list(books.audit.links(after=n_entries))
    assert [(one.entry.actor, one.entry.action) for one in entries] == [("Bob", "roll_back")]
    told = [one.told() for one in entries[0].entry.differences]
    assert "terms promotions TEA benefit percent: 20 → 10" in told
    assert "reason: it loses money (new)" in told


def test_a_roll_back_without_a_version_before_takes_the_campaign_back(
    till: Till, books: Campaigns, clock: SetClock
) -> None:
    live(books, clock)
    answer = books.move("tea", "roll_back", by=BOB)
    assert answer.standing is not None
    assert answer.standing.state == "rolled_back"
    assert total(till) == 1000
    assert books.move("tea", "resume", by=BOB).verdict.code == "wrong_state"


def test_a_hold_keeps_its_price_whatever_becomes_of_the_campaign(
    till: Till, books: Campaigns, clock: SetClock
) -> None:
    live(books, clock, percent=10)
    holds = [till.carts.hold(TEN_TEAS, key=f"h{n}", order_id=f"o{n}") for n in range(3)]
    assert all(isinstance(one, Held) and one.evaluation.total_minor == 900 for one in holds)
    actions: tuple[Action, ...] = ("pause", "resume", "roll_back")
    for n, action in enumerate(actions):
        assert books.move("tea", action, by=BOB)
        hold = holds[n]
        assert isinstance(hold, Held)
        order = till.carts.commit(hold.hold_id, key=f"c{n}")
        assert isinstance(order, Order)
        assert order.evaluation.total_minor == 900
    assert total(till) == 1000


def test_the_kill_switch_needs_one_person_and_holds_while_paused(
    till: Till, books: Campaigns, clock: SetClock
) -> None:
    live(books, clock)
    assert books.move("tea", "pause", by=ANN)
    assert total(till) == 1000
    books.tend()
    assert total(till) == 1000
    assert books.move("tea", "resume", by=BOB)
    assert total(till) == 900


def test_the_contingency_takes_over_and_a_roll_back_undoes_that(
    till: Till, books: Campaigns, clock: SetClock
) -> None:
    live(books, clock, percent=50, contingency=(off(5),))
    assert books.move("tea", "switch", by=BOB)
    assert total(till) == 950
    assert books.move("tea", "roll_back", by=BOB)
    assert total(till) == 500
    assert books.move("tea", "switch", by=BOB)
    assert books.move("tea", "switch", by=BOB).verdict.code == "no_contingency"


def test_after_a_switch_what_would_have_switched_pauses(books: Campaigns, clock: SetClock) -> None:
    switch = Guardrail("margin_minor", Fraction(0), action="contingency")
    live(books, clock, guardrails=(switch,), contingency=(off(5),))
    assert books.move("tea", "switch", by=BOB)
    now = books.version("tea")
    assert now is not None
    assert now.terms.guardrails == (replace(switch, action="pause"),)
