"""Drafts, revises and moves campaigns: checked first, decided by their life, written with their audit entry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from typing import Any

from dealwright.app.campaigns.campaign_ports import CampaignPorts, Change, Found
from dealwright.app.campaigns.check_campaign import HouseRules, check_campaign
from dealwright.app.service.keep_audit import entry
from dealwright.campaign.campaign import Campaign
from dealwright.campaign.campaign_codec import encode_campaign
from dealwright.campaign.decimals import decimal_text
from dealwright.campaign.guardrail import Guardrail
from dealwright.campaign.life import EVERYBODY, Action, Actor, Standing, State, Step, drafted, moved
from dealwright.campaign.lint import Remark
from dealwright.core.verdict import MET, Verdict

_CHECKED: frozenset[Action] = frozenset({"submit", "approve", "schedule", "launch", "resume"})
_RUNNING: frozenset[State] = frozenset({"live", "paused"})
_CLAIMING: frozenset[State] = frozenset({"scheduled", "live", "paused"})
_MOST_TRIES = 5


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants done with a campaign.

    `terms` are the new version for "revise", `share` how many of the customers get it after "throttle".
    `version` is the one that is approved, `revision` the one that was looked at: if the campaign has changed since,
    nothing is done. Neither need be given.
    """

    action: Action
    by: Actor
    reason: str = ""
    terms: Campaign | None = None
    version: int | None = None
    revision: int | None = None
    share: Fraction = EVERYBODY


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether it was done, where the campaign stands now (None: there is none), and what the checks remarked."""

    verdict: Verdict
    standing: Standing | None = None
    remarks: tuple[Remark, ...] = ()

    def __bool__(self) -> bool:
        return self.verdict.is_met


def draft_campaign(campaign: Campaign, *, by: Actor, ports: CampaignPorts, reason: str = "") -> Answer:
    """Keep a new campaign as a draft; refused if one with its id exists."""
    first = replace(campaign, version=1)

    def decide(found: Found) -> Change | Verdict:
        if found.standing is not None:
            return Verdict(
                False, "campaign_exists", f"campaign {campaign.id!r} exists; revise it, or choose another id"
            )
        standing = drafted(campaign.id, by=by)
        if isinstance(standing, Verdict):
            return standing
        after = _document(standing, first) | _said(reason)
        written = entry(by.name, "draft", _subject(campaign.id), {}, after, at=found.now)
        return Change(standing, written, first, by.name)

    return _answer(ports.books.change(campaign.id, decide))


def move_campaign(campaign_id: str, wish: Wish, *, ports: CampaignPorts, rules: HouseRules) -> Answer:
    """Do what is wished, or say why not; what it must pass first is checked as things are now."""
    for _ in range(_MOST_TRIES):
        seen = ports.books.standing(campaign_id)
        if seen is None:
            return Answer(Verdict(False, "campaign_unknown", f"no campaign is called {campaign_id!r}"))
        if wish.revision is not None and seen.revision != wish.revision:
            return Answer(_changed(seen, wish.revision), seen)
        terms = _terms_at_stake(seen, wish, ports)
        possible = _moved(seen, wish, terms, ports, rules)
        if isinstance(possible, Verdict):
            return Answer(possible, seen)
        is_checked = wish.action in _CHECKED or (wish.action == "revise" and seen.state in _RUNNING)
        remarks = (
            check_campaign(terms, ports=ports, rules=rules, is_running=_is_running(seen, wish.action))
            if is_checked
            else ()
        )
        errors = [one for one in remarks if one.severity == "error"]
        if errors:
            return Answer(_stopped(errors), seen, remarks)
        # What stops harm is decided on what stands when it is written; all else on what was checked.
        done = _write(campaign_id, wish, seen if is_checked or wish.revision is not None else None, ports, rules)
        if not (isinstance(done, Verdict) and done.code == "changed_meanwhile" and wish.revision is None):
            return replace(_answer(done), remarks=remarks)
    return Answer(Verdict(False, "busy", "the campaign is changed by others all the time; try again"))


def _write(
    campaign_id: str, wish: Wish, checked: Standing | None, ports: CampaignPorts, rules: HouseRules
) -> Standing | Verdict:
    def decide(found: Found) -> Change | Verdict:
        before = found.standing
        if before is None:
            return Verdict(False, "campaign_unknown", f"no campaign is called {campaign_id!r}")
        if checked is not None and before != checked:
            return _changed(before, checked.revision)
        terms = wish.terms if wish.terms is not None else found.terms(before.proposed or before.version)
        step = _step(wish, terms, found.terms(before.version), at=found.now)
        after = moved(before, step, policy=rules.four_eyes)
        if isinstance(after, Verdict):
            return after
        return _change(before, after, wish, found)

    return ports.books.change(campaign_id, decide)


def _change(before: Standing, after: Standing, wish: Wish, found: Found) -> Change | Verdict:
    old = found.terms(before.version)
    restores = before.previous if wish.action == "roll_back" else 0
    new = _new_version(after.newest, wish, old, found.terms(restores) if restores else None)
    is_new = after.newest > before.newest
    current = new if is_new and after.version == after.newest else found.terms(after.version)
    claims = tuple(one.id for one in (*current.promotions, *current.contingency))
    if after.state not in _CLAIMING:
        claims = ()
    taken = _taken(before.campaign_id, claims, found)
    if taken:
        return Verdict(False, "promotion_taken", taken)
    documents = [_document(before, old), _document(after, current) | _said(wish.reason)]
    if after.proposed and after.proposed != before.proposed:
        documents = [documents[0] | {"proposal": _terms(old)}, documents[1] | {"proposal": _terms(new)}]
    written = entry(wish.by.name, wish.action, _subject(before.campaign_id), *documents, at=found.now)
    return Change(after, written, new if is_new else None, wish.by.name, restores, claims)


def _taken(campaign_id: str, claims: tuple[str, ...], found: Found) -> str:
    """Why the campaign cannot have these promotions; they may have been put by hand since it was checked."""
    owners = found.claimed(claims)
    others = {name: owner for name, owner in owners.items() if owner != campaign_id}
    if others:
        name, owner = min(others.items())
        return f"promotion {name!r} belongs to campaign {owner!r}; choose another id"
    by_hand = found.in_force([name for name in claims if name not in owners])
    if by_hand:
        return f"promotion {min(by_hand)!r} was put in force by hand; retire it there, or choose another id"
    return ""


def _new_version(number: int, wish: Wish, old: Campaign, restored: Campaign | None) -> Campaign:
    """The terms of the new version, if the step makes one."""
    if wish.action == "switch":
        guardrails = tuple(_without_contingency(one) for one in old.guardrails)
        return replace(old, version=number, promotions=old.contingency, contingency=(), guardrails=guardrails)
    given = restored or wish.terms or old
    return replace(given, version=number)


def _without_contingency(guardrail: Guardrail) -> Guardrail:
    """There is nothing left to switch to: what would have switched pauses."""
    return replace(guardrail, action="pause") if guardrail.action == "contingency" else guardrail


def _terms_at_stake(seen: Standing, wish: Wish, ports: CampaignPorts) -> Campaign:
    if wish.terms is not None:
        return wish.terms
    found = ports.versions.version(seen.campaign_id, seen.proposed or seen.version)
    assert found is not None, seen
    return found.terms


def _moved(
    seen: Standing, wish: Wish, terms: Campaign, ports: CampaignPorts, rules: HouseRules
) -> Standing | Verdict:
    if wish.action == "revise" and (wish.terms is None or wish.terms.id != seen.campaign_id):
        return Verdict(False, "terms_missing", f"give the new terms of campaign {seen.campaign_id!r}")
    current = ports.versions.version(seen.campaign_id, seen.version)
    assert current is not None, seen
    if wish.terms is not None and replace(wish.terms, version=1) == replace(current.terms, version=1):
        return Verdict(False, "nothing_changes", "the new terms are those that count now; change something")
    step = _step(wish, terms, current.terms, at=ports.now())
    return moved(seen, step, policy=rules.four_eyes)


def _step(wish: Wish, terms: Campaign, current: Campaign, *, at: datetime) -> Step:
    return Step(
        wish.action,
        wish.by,
        at,
        wish.reason,
        stake_minor=terms.stake_minor,
        version=wish.version,
        has_contingency=bool(current.contingency),
        starts_at=current.schedule.start,
        share=wish.share,
    )


def _is_running(seen: Standing, action: Action) -> bool:
    return seen.state in _RUNNING or action == "launch"


def _document(standing: Standing, terms: Campaign) -> dict[str, Any]:
    """What the audit log keeps of a campaign; what is empty is left out."""
    kept = {
        "state": standing.state,
        "version": standing.version,
        "proposed": standing.proposed,
        "previous": standing.previous,
        "approved_by": standing.approved_by,
        "edition": standing.edition,
        "share": "" if standing.share == EVERYBODY else decimal_text(standing.share),
        "terms": _terms(terms),
    }
    return {name: value for name, value in kept.items() if value}


def _terms(terms: Campaign) -> Mapping[str, Any]:
    document: Mapping[str, Any] = encode_campaign(replace(terms, version=1))["campaign"]
    return document


def _said(reason: str) -> dict[str, str]:
    return {"reason": reason} if reason else {}


def _subject(campaign_id: str) -> str:
    return f"campaign/{campaign_id}"


def _answer(done: Standing | Verdict) -> Answer:
    return Answer(done) if isinstance(done, Verdict) else Answer(MET, done)


def _changed(standing: Standing, revision: int) -> Verdict:
    return Verdict(
        False,
        "changed_meanwhile",
        f"the campaign is at revision {standing.revision}, not {revision}: somebody changed it; look again",
    )


def _stopped(errors: list[Remark]) -> Verdict:
    told = "; ".join(f"{one.promotion_id or 'the campaign'}: {one.sentence} ({one.remedy})" for one in errors)
    return Verdict(False, "problems_found", told)
