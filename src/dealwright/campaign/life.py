"""What may become of a campaign, who may do it, and what is missing if it may not be done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from typing import Literal, get_args

from dealwright.campaign.decimals import decimal_text
from dealwright.campaign.four_eyes import FourEyes, person
from dealwright.core.verdict import MET, Verdict

State = Literal["draft", "submitted", "approved", "scheduled", "live", "paused", "ended", "rolled_back"]
Action = Literal[
    "revise",
    "submit",
    "reject",
    "approve",
    "schedule",
    "launch",
    "throttle",
    "pause",
    "resume",
    "roll_back",
    "switch",
    "end",
]
Role = Literal["viewer", "analyst", "planner", "approver", "operator", "admin"]

STATES: tuple[State, ...] = get_args(State)
ACTIONS: tuple[Action, ...] = get_args(Action)
ROLES: tuple[Role, ...] = get_args(Role)
OVER: frozenset[State] = frozenset({"ended", "rolled_back"})
"""From here a campaign never comes back; draft a new one."""

_BEFORE_LAUNCH: frozenset[State] = frozenset({"draft", "submitted", "approved", "scheduled"})
_SUBMITTED: frozenset[State] = frozenset({"submitted"})
_RUNNING: frozenset[State] = frozenset({"live", "paused"})
_SETTLED: frozenset[State] = _RUNNING | {"scheduled"}
"""New terms may wait for approval in these: one that was revised while paused may be resumed before its start."""

FROM: Mapping[Action, frozenset[State]] = {
    "revise": _BEFORE_LAUNCH | _RUNNING,
    "submit": frozenset({"draft"}),
    "reject": _SUBMITTED | _SETTLED,
    "approve": _SUBMITTED | _SETTLED,
    "schedule": frozenset({"approved"}),
    "launch": frozenset({"scheduled"}),
    "throttle": _RUNNING,
    "pause": frozenset({"scheduled", "live"}),
    "resume": _SETTLED,
    "roll_back": _RUNNING,
    "switch": _RUNNING,
    "end": _BEFORE_LAUNCH | _RUNNING,
}
"""In which states each can be done."""

_STOPPING: frozenset[Role] = frozenset({"approver", "operator", "admin"})
MAY: Mapping[Action, frozenset[Role]] = {
    "revise": frozenset({"planner", "admin"}),
    "submit": frozenset({"planner", "admin"}),
    "reject": frozenset({"approver", "admin"}),
    "approve": frozenset({"approver", "admin"}),
    "schedule": frozenset({"approver", "operator", "admin"}),
    "launch": frozenset({"operator", "admin"}),
    "throttle": _STOPPING | {"planner"},
    "pause": _STOPPING | {"planner"},
    "resume": frozenset({"operator", "admin"}),
    "roll_back": _STOPPING,
    "switch": _STOPPING,
    "end": _STOPPING,
}
"""Who may do it: one of these roles is enough; what stops harm needs one person only."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something, and what they may do."""

    name: str
    roles: frozenset[Role]


EVERYBODY = Fraction(1)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a campaign stands.

    - `version` is the one whose terms count now, `newest` the highest there is, `proposed` one that waits to
      supersede a running one, `previous` the one a roll back restores (0: there is none).
    - `hands` are those who wrote or submitted what waits for approval: none of them may approve it.
    - `share` of the customers get it while it is throttled; it outlives new versions, until somebody resumes.
    - `revision` counts changes. `edition` is the revision at which what holds at the till last changed,
      `edition_at` when that was: promotions carry it there as their version.
    """

    campaign_id: str
    state: State = "draft"
    version: int = 1
    newest: int = 1
    proposed: int = 0
    previous: int = 0
    hands: tuple[str, ...] = ()
    approved_by: str = ""
    reason: str = ""
    revision: int = 1
    edition: int = 0
    edition_at: datetime | None = None
    share: Fraction = EVERYBODY

    @property
    def waits_for_approval(self) -> bool:
        """Whether somebody has to approve or reject."""
        return self.state == "submitted" or self.proposed > 0


@dataclass(frozen=True, slots=True)
class Step:
    """Something that `by` wants done at `at`.

    `stake_minor` is what the version that is submitted, revised or launched can cost. An approval is of `version`
    (None: whatever waits now). `has_contingency` says whether there is something to switch to, `starts_at` when the
    terms that count begin to hold (None: at once), `share` how many of the customers get it once it is throttled.
    """

    action: Action
    by: Actor
    at: datetime
    reason: str = ""
    stake_minor: int | None = None
    version: int | None = None
    has_contingency: bool = False
    starts_at: datetime | None = None
    share: Fraction = EVERYBODY


def drafted(campaign_id: str, *, by: Actor) -> Standing | Verdict:
    """A new campaign; its first version is a draft."""
    allowed = _may("revise", by)
    return Standing(campaign_id, hands=(person(by.name),)) if allowed else allowed


def moved(before: Standing, step: Step, *, policy: FourEyes) -> Standing | Verdict:
    """Where it stands afterwards; a Verdict that says what is missing if it cannot be done.

    A step that makes a new version (`newest` grows) leaves its terms to the caller: those given for "revise", those
    of `previous` for "roll_back", the contingency for "switch".
    """
    allowed = _may(step.action, step.by)
    if not allowed:
        return allowed
    if before.state not in FROM[step.action]:
        return _wrong_state(before, step.action)
    after = _MOVES[step.action](before, step, policy)
    if isinstance(after, Verdict):
        return after
    after = replace(after, revision=before.revision + 1)
    if _at_the_till(before) != _at_the_till(after) and "live" in (before.state, after.state):
        return replace(after, edition=after.revision, edition_at=step.at)
    return after


def _at_the_till(standing: Standing) -> tuple[State, int, Fraction]:
    return standing.state, standing.version, standing.share


def _revise(before: Standing, step: Step, policy: FourEyes) -> Standing | Verdict:
    newest = before.newest + 1
    with_hand = replace(before, newest=newest, hands=_with(before.hands, step.by), reason=step.reason)
    if before.state not in _RUNNING:
        return replace(with_hand, state="draft", version=newest, proposed=0, approved_by="")
    if policy.needs_second(step.stake_minor):
        return replace(with_hand, proposed=newest)
    return replace(with_hand, version=newest, previous=before.version, proposed=0, hands=(), approved_by="")


def _submit(before: Standing, step: Step, policy: FourEyes) -> Standing | Verdict:
    if policy.needs_second(step.stake_minor):
        return replace(before, state="submitted", hands=_with(before.hands, step.by), reason=step.reason)
    return replace(before, state="approved", hands=(), approved_by="", reason=step.reason)


def _reject(before: Standing, step: Step, policy: FourEyes) -> Standing | Verdict:
    del policy
    waiting = _waits(before, step)
    if not waiting:
        return waiting
    if before.state == "submitted":
        return replace(before, state="draft", reason=step.reason)
    return replace(before, proposed=0, hands=(), reason=step.reason)


def _approve(before: Standing, step: Step, policy: FourEyes) -> Standing | Verdict:
    del policy
    waiting = _waits(before, step)
    if not waiting:
        return waiting
    if person(step.by.name) in before.hands:
        return Verdict(
            False,
            "own_approval",
            f"{step.by.name} had a hand in what is to be approved; it takes a second person",
        )
    approved = replace(before, hands=(), approved_by=step.by.name, reason=step.reason)
    if before.state == "submitted":
        return replace(approved, state="approved")
    return replace(approved, version=before.proposed, previous=before.version, proposed=0)


def _schedule(before: Standing, step: Step, policy: FourEyes) -> Standing | Verdict:
    del policy
    return replace(before, state="scheduled", reason=step.reason)


def _go_live(before: Standing, step: Step, policy: FourEyes) -> Standing | Verdict:
    del policy
    return replace(before, state="live", reason=step.reason)


def _throttle(before: Standing, step: Step, policy: FourEyes) -> Standing | Verdict:
    """To give it to fewer is stopping; to give it to more is resuming, and asks for those roles."""
    del policy
    assert 0 < step.share <= EVERYBODY, step
    if step.share == before.share:
        return Verdict(False, "nothing_changes", f"{_percent(before.share)} of the customers get it already")
    allowed = _may("resume", step.by) if step.share > before.share else MET
    return replace(before, share=step.share, reason=step.reason) if allowed else allowed


def _resume(before: Standing, step: Step, policy: FourEyes) -> Standing | Verdict:
    """A paused one comes back as it was, before its start waiting for it; a throttled one is for all again."""
    if before.state != "paused":
        if before.share == EVERYBODY:
            said = f"the campaign is {before.state} for everybody; resume is for those that are paused or throttled"
            return Verdict(False, "wrong_state", said)
        return replace(before, share=EVERYBODY, reason=step.reason)
    if step.starts_at is not None and step.at < step.starts_at:
        return replace(before, state="scheduled", reason=step.reason)
    return _go_live(before, step, policy)


def _pause(before: Standing, step: Step, policy: FourEyes) -> Standing | Verdict:
    del policy
    return replace(before, state="paused", reason=step.reason)


def _roll_back(before: Standing, step: Step, policy: FourEyes) -> Standing | Verdict:
    """To the version before; where there is none, the campaign is taken back entirely."""
    del policy
    settled = replace(before, proposed=0, hands=(), previous=0, reason=step.reason)
    if before.previous == 0:
        return replace(settled, state="rolled_back")
    return replace(settled, version=before.newest + 1, newest=before.newest + 1)


def _switch(before: Standing, step: Step, policy: FourEyes) -> Standing | Verdict:
    """To the contingency, which was approved together with the terms it stands in."""
    del policy
    if not step.has_contingency:
        return Verdict(False, "no_contingency", "the campaign has no contingency; pause it or roll it back")
    newest = before.newest + 1
    changed = replace(before, version=newest, newest=newest, previous=before.version)
    return replace(changed, proposed=0, hands=(), reason=step.reason)


def _end(before: Standing, step: Step, policy: FourEyes) -> Standing | Verdict:
    del policy
    return replace(before, state="ended", proposed=0, hands=(), reason=step.reason)


_MOVES = {
    "revise": _revise,
    "submit": _submit,
    "reject": _reject,
    "approve": _approve,
    "schedule": _schedule,
    "launch": _go_live,
    "throttle": _throttle,
    "pause": _pause,
    "resume": _resume,
    "roll_back": _roll_back,
    "switch": _switch,
    "end": _end,
}


def _may(action: Action, by: Actor) -> Verdict:
    if by.roles & MAY[action]:
        return Verdict(True)
    allowed = ", ".join(role for role in ROLES if role in MAY[action])
    held = ", ".join(role for role in ROLES if role in by.roles) or "no role"
    return Verdict(False, "role_missing", f"{action} needs one of the roles {allowed}; {by.name} has {held}")


def _waits(before: Standing, step: Step) -> Verdict:
    if not before.waits_for_approval:
        return Verdict(False, "nothing_waits", "nothing waits for approval: revise the campaign first")
    waiting = before.proposed or before.version
    if step.version is not None and step.version != waiting:
        return Verdict(
            False, "other_version", f"version {waiting} waits for approval, not version {step.version}; look again"
        )
    return Verdict(True)


def _percent(share: Fraction) -> str:
    return f"{decimal_text(share * 100)}%"


def _wrong_state(before: Standing, action: Action) -> Verdict:
    allowed = ", ".join(state for state in STATES if state in FROM[action])
    over = "; it is over: draft a new campaign" if before.state in OVER else ""
    return Verdict(
        False, "wrong_state", f"the campaign is {before.state}; {action} is for campaigns that are {allowed}{over}"
    )


def _with(hands: tuple[str, ...], by: Actor) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*hands, person(by.name))))
