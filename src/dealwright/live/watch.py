"""Live campaigns watched: looks that find dangers and act within limits, and the alerts that come of them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from typing import Protocol

from dealwright.adapters.alerts.memory import MemoryAlerts
from dealwright.app.campaigns.tend_campaigns import ITSELF
from dealwright.app.till.ledger_ports import LedgerUnavailableError
from dealwright.app.watch.watch_ports import (
    NO_HABITS,
    AlertBooks,
    AlertPages,
    Habits,
    Minutes,
    Unwatched,
    WatchedCampaign,
    WatchPorts,
)
from dealwright.app.watch.watch_risk import Look, Scope, watch_risk
from dealwright.app.watch.watched_campaign import watched_campaign
from dealwright.campaign.life import EVERYBODY, Action, Standing
from dealwright.core.errors import InputError
from dealwright.core.verdict import Verdict
from dealwright.live.campaigns import MOST_REASON, Campaigns
from dealwright.monitor.alert import ActionKind, Alert, State, acknowledged, closed
from dealwright.monitor.alert_words import finding_sentence
from dealwright.monitor.respond import AutomaticLimits, Response
from dealwright.monitor.stock import Shelf
from dealwright.till import Till

OPEN: tuple[State, ...] = ("open", "acknowledged")
"""States of alerts that somebody has to care for, or does."""
_MOVES: dict[ActionKind, Action] = {"pause": "pause", "roll_back": "roll_back", "contingency": "switch"}
_LOG = logging.getLogger("dealwright.campaigns")


@dataclass(frozen=True, slots=True)
class Facts:
    """What minutes do not tell of a campaign: goods left on the shelves, and what customers did."""

    shelves: tuple[Shelf, ...] = ()
    habits: Habits = NO_HABITS


FactsOf = Callable[[str, datetime], Facts]


class Alerts(AlertBooks, AlertPages, Protocol):
    """All sides of the books of alerts."""


class Watch:
    """Every method may be called from many processes; two that look at once act once.

    Hard guardrails want a look each second (`scope="hard"`), everything else one a minute. With `is_acting` False
    actions are only proposed.
    """

    def __init__(
        self,
        campaigns: Campaigns,
        minutes: Minutes,
        alerts: Alerts,
        *,
        now: Callable[[], datetime],
        facts: FactsOf | None = None,
        limits: AutomaticLimits | None = None,
        is_acting: bool = True,
    ) -> None:
        self._books = alerts
        self._now = now
        self._limits = limits
        may_pause = limits is None or "pause" in limits.kinds
        acting = ActingCampaigns(campaigns, may_pause=may_pause) if is_acting else None
        self._ports = WatchPorts(LiveCampaigns(campaigns, facts), minutes, alerts, acting)

    def look(self, *, scope: Scope = "all") -> Look:
        """Look at every live campaign now, keep what was seen, and act where that is allowed."""
        look = watch_risk(self._ports, now=self._now(), scope=scope, limits=self._limits)
        for one in look.unwatched:
            _LOG.error("campaign %s cannot be watched: %s", one.campaign_id, one.reason)
        return look

    def alerts(
        self,
        *,
        campaign_id: str | None = None,
        states: Sequence[State] = OPEN,
        limit: int = 1_000,
    ) -> tuple[Alert, ...]:
        """Alerts, the newest first; by default those that are not closed, with no states all."""
        return self._books.alerts(campaign_id=campaign_id, states=states, limit=limit)

    def alert(self, alert_id: str) -> Alert | None:
        """One alert, whatever its state."""
        return self._books.alert(alert_id)

    def page(self, *, states: Sequence[State], behind: Alert | None = None, limit: int) -> tuple[Alert, ...]:
        """Alerts in these states, those that arose last first, from behind one on."""
        return self._books.page(states=states, behind=behind, limit=limit)

    def acknowledge(self, alert_id: str, *, owner: str) -> Alert:
        """Somebody cares for the alert; InputError if there is no such alert or it is closed."""
        return self._changed(alert_id, lambda alert: acknowledged(alert, owner=owner))

    def close(self, alert_id: str) -> Alert:
        """The danger is over; seen again it is a new alert. InputError if there is no such alert."""
        return self._changed(alert_id, closed)

    def _changed(self, alert_id: str, change: Callable[[Alert], Alert]) -> Alert:
        found = self._books.alert(alert_id)
        if found is None:
            raise InputError(f"there is no alert {alert_id[:60]!r}; list the alerts to see their ids")
        after = change(found)
        if found.state != "closed" and not self._books.hand(after):
            raise InputError(f"alert {alert_id} was closed meanwhile; list the alerts to see what is open")
        return after


class LiveCampaigns:
    """See `Watched`: the campaigns whose state is live, each since what holds at the till last changed."""

    def __init__(self, campaigns: Campaigns, facts: FactsOf | None = None) -> None:
        self._campaigns = campaigns
        self._facts = facts
        self._launches: dict[tuple[str, int], _Launch] = {}

    def watched(self, now: datetime) -> Sequence[WatchedCampaign | Unwatched]:
        """See `Watched.watched`."""
        return [self._one(standing, now) for standing in self._campaigns.all() if standing.state == "live"]

    def _one(self, standing: Standing, now: datetime) -> WatchedCampaign | Unwatched:
        try:
            return self._watched(standing, now)
        except LedgerUnavailableError:  # that is so of every campaign
            raise
        except Exception as problem:
            return Unwatched(standing.campaign_id, f"{type(problem).__name__}: {problem}")

    def _watched(self, standing: Standing, now: datetime) -> WatchedCampaign:
        version = self._campaigns.version(standing.campaign_id, standing.version)
        assert version is not None, "a standing speaks of versions that exist"
        since = standing.edition_at or version.at
        launch = self._launch(standing, since)
        watched = watched_campaign(version.terms, since=since)
        if standing.share < EVERYBODY:  # what was expected of all is nothing to hold a part against
            watched = replace(watched, expectation=replace(watched.expectation, spans=()))
        one = replace(
            watched,
            revision=standing.revision,
            launched_at=launch.at,
            has_new_terms=launch.has_new_terms,
        )
        if self._facts is None:
            return one
        facts = self._facts(one.campaign_id, now)
        return replace(one, shelves=facts.shelves, habits=facts.habits)

    def _launch(self, standing: Standing, since: datetime) -> _Launch:
        """Remembered for each version: nothing of it changes, and the audit log is long."""
        key = (standing.campaign_id, standing.version)
        if key not in self._launches:
            links = self._campaigns.audit.links(subject=f"campaign/{standing.campaign_id}")
            at = next((link.entry.at for link in links if link.entry.action == "launch"), since)
            versions = self._campaigns.versions(standing.campaign_id)[: standing.version]
            first = max((n for n, one in enumerate(versions) if one.at <= at), default=0)
            offers = [(one.terms.promotions, one.terms.holdout_share) for one in versions[first:]]
            self._launches[key] = _Launch(at, any(one != offers[0] for one in offers))
        return self._launches[key]


@dataclass(frozen=True, slots=True)
class _Launch:
    """When a campaign first went live, and whether customers were offered something else since."""

    at: datetime
    has_new_terms: bool


class ActingCampaigns:
    """See `Acting`: moves campaigns, as whoever acts when nobody does; every move is in the audit log.

    Without a contingency to switch to, a campaign is paused, and the reason says so; unless `may_pause` is False.
    """

    def __init__(self, campaigns: Campaigns, *, may_pause: bool = True) -> None:
        self._campaigns = campaigns
        self._may_pause = may_pause

    def act(self, response: Response, *, revision: int | None) -> Verdict:
        """See `Acting.act`; a throttle never gives the campaign to more customers than have it already."""
        kind, finding = response.action.kind, finding_sentence(response.alert)
        if kind == "throttle":
            return self._throttle(response, finding, revision=revision)
        verdict = self._move(response, _MOVES[kind], finding, revision=revision)
        if verdict.code != "no_contingency" or not self._may_pause:
            return verdict
        why = f"{finding} Paused, as contingency cannot be done: the campaign has no contingency."
        return self._move(response, "pause", why, revision=revision)

    def _throttle(self, response: Response, reason: str, *, revision: int | None) -> Verdict:
        campaign_id, given = response.alert.campaign_id, response.action.throttle_share
        assert given is not None, response
        share, standing = Fraction(str(given)), self._campaigns.standing(campaign_id)
        if standing is not None and standing.share <= share:
            return Verdict(False, "throttled_already", f"{standing.share} of the customers get it already")
        throttled = self._campaigns.throttle(
            campaign_id, share, by=ITSELF, reason=reason[:MOST_REASON], revision=revision
        )
        return throttled.verdict

    def _move(self, response: Response, action: Action, reason: str, *, revision: int | None) -> Verdict:
        campaign_id = response.alert.campaign_id
        moved = self._campaigns.move(campaign_id, action, by=ITSELF, reason=reason[:MOST_REASON], revision=revision)
        return moved.verdict


def open_watch(
    till: Till,
    *,
    campaigns: Campaigns,
    minutes: Minutes,
    facts: FactsOf | None = None,
    limits: AutomaticLimits | None = None,
    is_acting: bool = True,
) -> Watch:
    """The watch over the campaigns of a till's database; `minutes` are the till's events, `live.events`."""
    now = till.ledger.clock.now
    return Watch(campaigns, minutes, _books(till), now=now, facts=facts, limits=limits, is_acting=is_acting)


def _books(till: Till) -> Alerts:
    if till.connected is None:
        return MemoryAlerts()
    from dealwright.adapters.alerts.sql import SqlAlerts

    return SqlAlerts(till.connected.database, till.connected.kind)
