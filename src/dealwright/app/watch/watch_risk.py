"""Looks at every live campaign once: dangers become alerts, alerts become actions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Literal

from dealwright.app.till.ledger_ports import LedgerUnavailableError
from dealwright.app.watch.watch_ports import Acting, Unwatched, WatchedCampaign, WatchPorts
from dealwright.campaign.guardrail import ARM_METRICS, Guardrail
from dealwright.core.verdict import Verdict
from dealwright.experiment.ratio_check import check_ratio_always
from dealwright.monitor.abuse import code_guessing, refund_after_threshold, rings, velocity
from dealwright.monitor.alert import Alert, closed, first_seen, seen_again
from dealwright.monitor.breach import breach
from dealwright.monitor.drift import drift
from dealwright.monitor.expectation import Expectation
from dealwright.monitor.harm import harm
from dealwright.monitor.margin import margin
from dealwright.monitor.minutes import Tallies, two_arms
from dealwright.monitor.off_forecast import off_forecast
from dealwright.monitor.pace import pace
from dealwright.monitor.respond import Acted, AutomaticLimits, Response, respond
from dealwright.monitor.silence import silence
from dealwright.monitor.stock import stock

Scope = Literal["all", "hard"]
Monitor = Callable[[Tallies, Expectation, Guardrail | None, datetime], Alert | None]

WITHOUT_GUARDRAIL: Mapping[str, Monitor] = {"margin": margin, "silence": silence, "drift": drift}
"""Monitors that watch every campaign, as the budget's pace does; their alerts ask a person to look."""
TELL_OF_UNITS = Guardrail("units", Fraction(0), kind="statistical", action="notify")
"""Sales off their forecast are told of also where no guardrail asks for it."""

_QUIET = timedelta(hours=1)  # a danger not seen for so long is over
_DAY = timedelta(days=1)
_HARD_CODES = ("breach", "not_watched")
_LONGEST_REASON = 200
_MOST = 10**6


@dataclass(frozen=True, slots=True)
class Look:
    """What one look found and did: alerts that are new, those that go on, those that are over, the responses.

    `done` says of each automatic response, in order, whether it was carried out; `unwatched` are campaigns that
    could not be looked at, each of which is an alert too.
    """

    at: datetime
    new: tuple[Alert, ...] = ()
    going_on: tuple[Alert, ...] = ()
    over: tuple[Alert, ...] = ()
    responses: tuple[Response, ...] = ()
    done: tuple[Verdict, ...] = ()
    unwatched: tuple[Unwatched, ...] = ()


def watch_risk(
    ports: WatchPorts,
    *,
    now: datetime,
    scope: Scope = "all",
    limits: AutomaticLimits | None = None,
    level: float = 0.05,
) -> Look:
    """One look at all live campaigns. An alert that is open is brought up to date, not repeated.

    The scope "hard" looks at hard guardrails only, and reads no more minutes than their windows: cheap enough for
    every second.

    Automatic actions are carried out before anything is written, so that no failure to write delays them; an alert
    that goes on does not act again unless its danger returns after the action (a later version is watched anew). An
    alert that somebody took over ends with what was in force then: seen after that, its danger is a new alert.

    A campaign that cannot be watched is an alert, and the others are watched. Raises LedgerUnavailableError.
    """
    watched: dict[str, WatchedCampaign] = {}
    found: list[Alert] = []
    unwatched: list[Unwatched] = []
    for one in ports.watched.watched(now):
        seen = _seen(one, ports, now=now, scope=scope, level=level)
        if isinstance(seen, Unwatched):
            unwatched.append(seen)
            found.append(_not_watched(seen, now))
        else:
            assert isinstance(one, WatchedCampaign), "dangers are seen in what is watched"
            watched[one.campaign_id] = one
            found += [replace(alert, owner=one.owner) for alert in seen]
    standing = ports.alerts.alerts(states=("open", "acknowledged"), limit=_MOST)
    in_scope = [alert for alert in standing if scope == "all" or alert.code in _HARD_CODES]
    outlived = [alert for alert in in_scope if _is_outlived(alert, watched.get(alert.campaign_id))]
    known = {alert.key: alert for alert in in_scope if alert not in outlived}
    new = tuple(alert for alert in found if alert.key not in known)
    going_on = tuple(_again(known[alert.key], alert) for alert in found if alert.key in known)
    ended = (*outlived, *_over(known, found, now))
    over = tuple(closed(alert) for alert in ended)
    acted = ports.alerts.acted(now - _DAY)
    responses = respond((*new, *going_on), limits=limits or AutomaticLimits(), acted=acted, now=now)
    automatic = [response for response in responses if response.automatic] if ports.acting else []
    done = tuple(
        _done(ports.acting, response, watched[response.alert.campaign_id]) for response in automatic if ports.acting
    )
    taken = [
        Acted(response.alert.campaign_id, response.action.kind, now)
        for response, verdict in zip(automatic, done, strict=True)
        if verdict
    ]
    if new or going_on or over or taken:
        ports.alerts.keep((*new, *going_on), over=ended, acted=taken)
    if new:  # others who looked at the same time may have been faster to tell
        kept = {alert.id for alert in ports.alerts.alerts(states=("open", "acknowledged"), limit=_MOST)}
        new = tuple(alert for alert in new if alert.id in kept)
    return Look(now, new, going_on, over, responses, done, tuple(unwatched))


def _seen(
    campaign: WatchedCampaign | Unwatched, ports: WatchPorts, *, now: datetime, scope: Scope, level: float
) -> tuple[Alert, ...] | Unwatched:
    if isinstance(campaign, Unwatched):
        return campaign
    since = _hard_since(campaign, now) if scope == "hard" else _compared_since(campaign)
    try:
        tallies = ports.minutes.tallies(campaign.campaign_id, since=since, until=_beyond(now))
        if scope == "hard":
            return hard_dangers(campaign, tallies, now)
        return dangers(campaign, tallies, now, level=level)
    except LedgerUnavailableError:  # that is so of every campaign
        raise
    except Exception as problem:
        return Unwatched(campaign.campaign_id, f"{type(problem).__name__}: {problem}", campaign.owner)


def _not_watched(one: Unwatched, now: datetime) -> Alert:
    return first_seen(
        code="not_watched",
        severity="critical",
        campaign_id=one.campaign_id,
        metric="",
        at=now,
        evidence={"reason": one.reason[:_LONGEST_REASON]},
        owner=one.owner,
    )


def _done(acting: Acting, response: Response, campaign: WatchedCampaign) -> Verdict:
    try:
        return acting.act(response, revision=campaign.revision)
    except LedgerUnavailableError:
        raise
    except Exception as problem:
        return Verdict(False, "failed", f"{type(problem).__name__}: {problem}"[:_LONGEST_REASON])


def dangers(
    campaign: WatchedCampaign, tallies: Tallies, now: datetime, *, level: float = 0.05
) -> tuple[Alert, ...]:
    """Every danger to one campaign; a false alarm in any statistical guardrail comes to at most a share `level`.

    Tallies before the campaign's `since` serve to compare arms and to count the budget, nothing else; of the plan's
    spans those count that began after it. Arms that do
    not have the sizes they should are told instead of effects: those cannot be trusted then. Nor are arms compared
    that were seen before the terms changed.
    """
    plan = campaign.expectation
    statistical = [one for one in campaign.guardrails if one.kind == "statistical"]
    since = _since(campaign)
    every = compared = tallies
    tallies = [tally for tally in every if tally.start >= since]
    plan = replace(plan, spans=tuple(span for span in plan.spans if span.start >= since))
    if campaign.has_new_terms and any(tally.arm and tally.start < since for tally in compared):
        compared = ()
    uneven = _sample_ratio(compared, plan, now)
    found: list[Alert | None] = [*hard_dangers(campaign, tallies, now), uneven]
    for one in statistical:
        if one.metric not in ARM_METRICS:
            found.append(off_forecast(tallies, plan, one, now, level=level, n_tests=len(statistical)))
        elif uneven is None:
            found.append(harm(compared, plan, one, now, level=level, n_tests=len(statistical)))
    if all(one.metric in ARM_METRICS for one in statistical):
        found.append(off_forecast(tallies, plan, TELL_OF_UNITS, now, level=level))
    if not compared:
        found.append(_not_compared(campaign, now))
    found.append(pace(every, plan, None, now, since=since))
    found += [monitor(tallies, plan, None, now) for monitor in WITHOUT_GUARDRAIL.values()]
    found += [stock(shelf, plan, now) for shelf in campaign.shelves]
    habits = campaign.habits
    found += velocity(habits.uses, plan, now)
    found += rings(habits.uses, plan, now)
    found += code_guessing(habits.tries, plan, now)
    found += refund_after_threshold(habits.kept, plan, now)
    return tuple(alert for alert in found if alert is not None)


def hard_dangers(campaign: WatchedCampaign, tallies: Tallies, now: datetime) -> tuple[Alert, ...]:
    """The hard guardrails that are broken."""
    found = (breach(tallies, campaign.expectation, one, now) for one in campaign.guardrails if one.kind == "hard")
    return tuple(alert for alert in found if alert is not None)


def _since(campaign: WatchedCampaign) -> datetime:
    """The first minute that counts: that of the launch too, as nothing of the campaign was before it."""
    if campaign.launched_at is None or campaign.since > campaign.launched_at:
        return campaign.since
    return campaign.since.replace(second=0, microsecond=0)


def _compared_since(campaign: WatchedCampaign) -> datetime:
    """The first minute that is compared between arms."""
    return _since(replace(campaign, since=campaign.launched_at or campaign.since))


def _hard_since(campaign: WatchedCampaign, now: datetime) -> datetime:
    """Where the longest window of its hard guardrails begins."""
    windows = [one.window_minutes for one in campaign.guardrails if one.kind == "hard"]
    return max(_since(campaign), now - timedelta(minutes=max(windows, default=0)))


def _not_compared(campaign: WatchedCampaign, now: datetime) -> Alert | None:
    names = [one.name for one in campaign.guardrails if one.kind == "statistical" and one.metric in ARM_METRICS]
    if not campaign.has_new_terms or not names:
        return None
    return first_seen(
        code="not_compared",
        severity="warning",
        campaign_id=campaign.campaign_id,
        metric="",
        at=now,
        evidence={"guardrails": ", ".join(names)},
    )


def _is_outlived(alert: Alert, campaign: WatchedCampaign | None) -> bool:
    """Whether somebody took the alert over for what is no longer in force."""
    return alert.state == "acknowledged" and campaign is not None and alert.first_at < campaign.since


def _beyond(now: datetime) -> datetime:
    """So that the minute that starts now is read too."""
    return now + timedelta(microseconds=1)


def _sample_ratio(tallies: Tallies, plan: Expectation, now: datetime) -> Alert | None:
    arms = two_arms(tallies) if 0 < plan.holdout_share < 1 else None
    if arms is None:
        return None
    treated, held = (side.cumsum().astype(int).tolist() for side in arms.of("n_exposed"))
    check = check_ratio_always(
        {"treatment": treated, "holdout": held},
        {"treatment": 1 - plan.holdout_share, "holdout": plan.holdout_share},
    )
    if check:
        return None
    return first_seen(
        code="sample_ratio",
        severity="critical",
        campaign_id=plan.campaign_id,
        metric="n_exposed",
        at=now,
        evidence={
            "n_treated": treated[-1],
            "n_held": held[-1],
            "holdout_share": plan.holdout_share,
            "p_value": check.p_value,
        },
    )


def _again(known: Alert, now: Alert) -> Alert:
    return replace(seen_again(known, now), owner=known.owner or now.owner)


def _over(known: Mapping[str, Alert], found: Sequence[Alert], now: datetime) -> tuple[Alert, ...]:
    """Alerts whose danger was not seen for an hour."""
    keys = {alert.key for alert in found}
    return tuple(alert for key, alert in known.items() if key not in keys and now - alert.last_at >= _QUIET)
