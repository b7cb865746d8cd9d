"""Who may do what with a campaign, and when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from dealwright.campaign.four_eyes import FourEyes
from dealwright.campaign.life import (
    ACTIONS,
    FROM,
    MAY,
    ROLES,
    STATES,
    Action,
    Actor,
    Role,
    Standing,
    State,
    Step,
    drafted,
    moved,
)
from dealwright.core.verdict import Verdict

AT = datetime(2024, 5, 1, 12, tzinfo=UTC)
BOB = Actor("Bob", frozenset({"admin"}))
ALWAYS = FourEyes()


def do(before: Standing, action: Action, by: Actor = BOB, **more: object) -> Standing:
    after = moved(before, Step(action, by, AT, **more), policy=ALWAYS)  # type: ignore[arg-type]
    assert isinstance(after, Standing), after
    return after


def refused(before: Standing, action: Action, by: Actor = BOB, **more: object) -> Verdict:
    after = moved(before, Step(action, by, AT, **more), policy=ALWAYS)  # type: ignore[arg-type]
    assert isinstance(after, Verdict), after
    return after


@pytest.mark.parametrize(
    ("state", "action"), [(state, action) for action in ACTIONS for state in STATES if state not in FROM[action]]
)
def test_outside_its_states_nothing_can_be_done_and_the_refusal_says_when_it_can(
    state: State, action: Action
) -> None:
    verdict = refused(Standing("c", state, proposed=1), action, has_contingency=True)
    assert verdict.code == "wrong_state"
    assert all(one in verdict.reason for one in FROM[action])


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("action", ACTIONS)
def test_a_role_that_may_not_is_refused_before_anything_else_is_said(role: Role, action: Action) -> None:
    verdict = moved(Standing("c", "ended"), Step(action, Actor("Eve", frozenset({role})), AT), policy=ALWAYS)
    assert isinstance(verdict, Verdict)
    assert verdict.code == ("wrong_state" if role in MAY[action] else "role_missing")


def test_viewers_and_analysts_change_nothing() -> None:
    assert all(not roles & {"viewer", "analyst"} for roles in MAY.values())
    assert drafted("c", by=Actor("Vic", frozenset({"viewer", "analyst"}))) == Verdict(
        False, "role_missing", "revise needs one of the roles planner, admin; Vic has viewer, analyst"
    )


def test_what_stops_harm_can_be_done_by_one_person_of_each_operating_role() -> None:
    assert {"planner", "approver", "operator", "admin"} == MAY["pause"]
    assert {"approver", "operator", "admin"} == MAY["roll_back"] == MAY["switch"] == MAY["end"]


def test_everybody_who_had_a_hand_in_it_is_no_second_person() -> None:
    standing = do(Standing("c", "draft", hands=("ann",)), "revise", Actor("Cem", frozenset({"planner"})))
    standing = do(standing, "submit", Actor("Dan", frozenset({"planner"})))
    for name in ("Ann", "cem", "DAN"):
        assert refused(standing, "approve", Actor(name, frozenset({"approver"}))).code == "own_approval"
    assert do(standing, "approve").approved_by == "Bob"


def test_once_approved_a_new_version_has_new_hands() -> None:
    approved = do(Standing("c", "submitted", hands=("ann",)), "approve")
    revised = do(approved, "revise", BOB)
    assert (revised.state, revised.version, revised.hands) == ("draft", 2, ("bob",))
    submitted = do(revised, "submit", BOB)
    assert refused(submitted, "approve").code == "own_approval"
    assert do(submitted, "approve", Actor("Ann", frozenset({"approver"}))).state == "approved"


def test_only_what_changes_at_the_till_makes_a_new_edition() -> None:
    live = do(Standing("c", "scheduled", revision=4), "launch")
    assert (live.edition, live.edition_at) == (5, AT)
    proposed = do(live, "revise")
    assert (proposed.revision, proposed.edition) == (6, 5)
    assert do(proposed, "reject").edition == 5
    paused = do(proposed, "pause")
    assert (paused.edition, paused.proposed) == (7, 2)
    assert do(paused, "end").edition == 7


def test_one_resumed_before_its_start_waits_for_it_and_one_resumed_later_is_live() -> None:
    paused = Standing("c", "paused", revision=4)
    assert (do(paused, "resume", starts_at=AT + timedelta(microseconds=1)).state) == "scheduled"
    assert do(paused, "resume", starts_at=AT + timedelta(microseconds=1)).edition == 0
    assert [do(paused, "resume", starts_at=start).state for start in (AT, None)] == ["live", "live"]


def test_what_was_proposed_while_paused_can_still_be_decided_before_the_start() -> None:
    proposed = do(Standing("c", "paused", hands=("ann",)), "revise", Actor("Ann", frozenset({"planner"})))
    waiting = do(proposed, "resume", starts_at=AT + timedelta(days=1))
    approved = do(waiting, "approve")
    assert (approved.state, approved.version, approved.proposed) == ("scheduled", 2, 0)
    rejected = do(waiting, "reject")
    assert (rejected.state, rejected.version, rejected.proposed) == ("scheduled", 1, 0)
    revised = do(waiting, "revise")
    assert (revised.state, revised.version, revised.proposed) == ("draft", 3, 0)
