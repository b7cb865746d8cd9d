"""Live campaigns watched: looks that find dangers and act within limits, and the alerts that come of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from dealwright.adapters.alerts.memory import MemoryAlerts
from dealwright.app.tend_campaigns import ITSELF
from dealwright.app.watch_ports import NO_HABITS, AlertBooks, Habits, Minutes, WatchedCampaign, WatchPorts
from dealwright.app.watch_risk import Look, Scope, watch_risk
from dealwright.app.watched_campaign import watched_campaign
from dealwright.campaign.life import Action
from dealwright.core.errors import InputError
from dealwright.core.verdict import Verdict
from dealwright.live.campaigns import MOST_REASON, Campaigns
from dealwright.monitor.alert import ActionKind, Alert, State, acknowledged, closed
from dealwright.monitor.alert_words import alert_sentence
from dealwright.monitor.respond import AutomaticLimits, Response
from dealwright.monitor.stock import Shelf
from dealwright.till import Till

OPEN: tuple[State, ...] = ("open", "acknowledged")
"""States of alerts that somebody has to care for, or does."""
_MOVES: dict[ActionKind, Action] = {"pause": "pause", "roll_back": "roll_back", "contingency": "switch"}
_MOST = 10**6


@dataclass(frozen=True, slots=True)
class Facts:
    """What minutes do not tell of a campaign: goods left on the shelves, and what customers did."""

    shelves: tuple[Shelf, ...] = ()
    habits: Habits = NO_HABITS


FactsOf = Callable[[str, datetime], Facts]


class Watch:
    """Every method may be called from many processes; two that look at once act once.

    Hard guardrails want a look each second (`scope="hard"`), everything else one a minute. With `is_acting` False
    actions are only proposed.
    """

    def __init__(
        self,
        campaigns: Campaigns,
        minutes: Minutes,
        alerts: AlertBooks,
        *,
        now: Callable[[], datetime],
        facts: FactsOf | None = None,
        limits: AutomaticLimits | None = None,
        is_acting: bool = True,
    ) -> None:
        self._books = alerts
        self._now = now
        self._limits = limits
        acting = ActingCampaigns(campaigns) if is_acting else None
        self._ports = WatchPorts(LiveCampaigns(campaigns, facts), minutes, alerts, acting)

    def look(self, *, scope: Scope = "all") -> Look:
        """Look at every live campaign now, keep what was seen, and act where that is allowed."""
        return watch_risk(self._ports, now=self._now(), scope=scope, limits=self._limits)

    def alerts(
        self,
        *,
        campaign_id: str | None = None,
        states: Sequence[State] = OPEN,
        limit: int = 1_000,
    ) -> tuple[Alert, ...]:
        """Alerts, the newest first; by default those that are not closed, with no states all."""
        return self._books.alerts(campaign_id=campaign_id, states=states, limit=limit)

    def acknowledge(self, alert_id: str, *, owner: str) -> Alert:
        """Somebody cares for the alert; InputError if there is no such alert or it is closed."""
        return self._changed(alert_id, lambda alert: acknowledged(alert, owner=owner))

    def close(self, alert_id: str) -> Alert:
        """The danger is over; seen again it is a new alert. InputError if there is no such alert."""
        return self._changed(alert_id, closed)

    def _changed(self, alert_id: str, change: Callable[[Alert], Alert]) -> Alert:
        found = [alert for alert in self._books.alerts(limit=_MOST) if alert.id == alert_id]
        if not found:
            raise InputError(f"there is no alert {alert_id[:60]!r}; list the alerts to see their ids")
        after = change(found[0])
        self._books.keep([after])
        return after


class LiveCampaigns:
    """See `Watched`: the campaigns whose state is live, each since what holds at the till last changed."""

    def __init__(self, campaigns: Campaigns, facts: FactsOf | None = None) -> None:
        self._campaigns = campaigns
        self._facts = facts

    def watched(self, now: datetime) -> Sequence[WatchedCampaign]:
        """See `Watched.watched`."""
        found = []
        for standing in self._campaigns.all():
            if standing.state != "live":
                continue
            version = self._campaigns.version(standing.campaign_id, standing.version)
            assert version is not None, "a standing speaks of versions that exist"
            one = watched_campaign(version.terms, since=standing.edition_at or version.at)
            one = replace(one, revision=standing.revision)
            if self._facts is not None:
                facts = self._facts(one.campaign_id, now)
                one = replace(one, shelves=facts.shelves, habits=facts.habits)
            found.append(one)
        return found


class ActingCampaigns:
    """See `Acting`: moves campaigns, as whoever acts when nobody does; every move is in the audit log."""

    def __init__(self, campaigns: Campaigns) -> None:
        self._campaigns = campaigns

    def act(self, response: Response, *, revision: int | None) -> Verdict:
        """See `Acting.act`; traffic cannot be throttled, as the till has no part of it to take away."""
        action = _MOVES.get(response.action.kind)
        if action is None:
            return Verdict(False, "no_such_move", f"{response.action.kind} cannot be done by itself; pause instead")
        reason = alert_sentence(response.alert)[:MOST_REASON]
        answer = self._campaigns.move(
            response.alert.campaign_id, action, by=ITSELF, reason=reason, revision=revision
        )
        return answer.verdict


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


def _books(till: Till) -> AlertBooks:
    if till.connected is None:
        return MemoryAlerts()
    from dealwright.adapters.alerts.sql import SqlAlerts

    return SqlAlerts(till.connected.database, till.connected.kind)
