"""Looks at every live campaign once: dangers become alerts, alerts become actions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Literal

from dealwright.app.watch_ports import WatchedCampaign, WatchPorts
from dealwright.campaign.guardrail import ARM_METRICS, Guardrail
from dealwright.core.verdict import Verdict
from dealwright.experiment.ratio_check import check_ratio_always
from dealwright.monitor.abuse import code_guessing, refund_after_threshold, rings, velocity
from dealwright.monitor.alert import Alert, closed, seen_again
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

WITHOUT_GUARDRAIL: Mapping[str, Monitor] = {"pace": pace, "margin": margin, "silence": silence, "drift": drift}
"""Monitors that watch every campaign; their alerts ask a person to look."""
TELL_OF_UNITS = Guardrail("units", Fraction(0), kind="statistical", action="notify")
"""Sales off their forecast are told of also where no guardrail asks for it."""

_QUIET = timedelta(hours=1)  # a danger not seen for so long is over
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Look:
    """What one look found and did: alerts that are new, those that go on, those that are over, the responses.

    `done` says of each automatic response, in order, whether it was carried out.
    """

    at: datetime
    new: tuple[Alert, ...] = ()
    going_on: tuple[Alert, ...] = ()
    over: tuple[Alert, ...] = ()
    responses: tuple[Response, ...] = ()
    done: tuple[Verdict, ...] = ()


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
    that goes on does not act again unless its danger returns after the action (a later version is watched anew).
    """
    watched = ports.watched.watched(now)
    known = {
        alert.key: alert
        for alert in ports.alerts.alerts(states=("open", "acknowledged"))
        if scope == "all" or alert.code == "breach"
    }
    found: list[Alert] = []
    for campaign in watched:
        if scope == "hard":
            tallies = ports.minutes.tallies(
                campaign.campaign_id, since=_hard_since(campaign, now), until=_beyond(now)
            )
            seen = hard_dangers(campaign, tallies, now)
        else:
            tallies = ports.minutes.tallies(campaign.campaign_id, since=campaign.since, until=_beyond(now))
            seen = dangers(campaign, tallies, now, level=level)
        found += [replace(alert, owner=campaign.owner) for alert in seen]
    new = tuple(alert for alert in found if alert.key not in known)
    going_on = tuple(_again(known[alert.key], alert) for alert in found if alert.key in known)
    over = _over(known, found, now)
    acted = ports.alerts.acted(now - _DAY)
    responses = respond((*new, *going_on), limits=limits or AutomaticLimits(), acted=acted, now=now)
    automatic = [response for response in responses if response.automatic] if ports.acting else []
    revisions = {campaign.campaign_id: campaign.revision for campaign in watched}
    done = tuple(
        ports.acting.act(response, revision=revisions[response.alert.campaign_id])
        for response in automatic
        if ports.acting
    )
    taken = [
        Acted(response.alert.campaign_id, response.action.kind, now)
        for response, verdict in zip(automatic, done, strict=True)
        if verdict
    ]
    if new or going_on or over or taken:
        ports.alerts.keep((*new, *going_on, *over), acted=taken)
    return Look(now, new, going_on, over, responses, done)


def dangers(
    campaign: WatchedCampaign, tallies: Tallies, now: datetime, *, level: float = 0.05
) -> tuple[Alert, ...]:
    """Every danger to one campaign; a false alarm in any statistical guardrail comes to at most a share `level`.

    Arms that do not have the sizes they should are told instead of effects: those cannot be trusted then.
    """
    plan = campaign.expectation
    statistical = [one for one in campaign.guardrails if one.kind == "statistical"]
    uneven = _sample_ratio(tallies, plan, now)
    found: list[Alert | None] = [*hard_dangers(campaign, tallies, now), uneven]
    for one in statistical:
        if one.metric not in ARM_METRICS:
            found.append(off_forecast(tallies, plan, one, now, level=level, n_tests=len(statistical)))
        elif uneven is None:
            found.append(harm(tallies, plan, one, now, level=level, n_tests=len(statistical)))
    if all(one.metric in ARM_METRICS for one in statistical):
        found.append(off_forecast(tallies, plan, TELL_OF_UNITS, now, level=level))
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


def _hard_since(campaign: WatchedCampaign, now: datetime) -> datetime:
    """Where the longest window of its hard guardrails begins."""
    windows = [one.window_minutes for one in campaign.guardrails if one.kind == "hard"]
    return max(campaign.since, now - timedelta(minutes=max(windows, default=0)))


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
    return Alert(
        code="sample_ratio",
        severity="critical",
        campaign_id=plan.campaign_id,
        metric="n_exposed",
        first_at=now,
        last_at=now,
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
    """Open alerts whose danger was not seen for an hour; what somebody acknowledged they close themselves."""
    keys = {alert.key for alert in found}
    return tuple(
        closed(alert)
        for key, alert in known.items()
        if key not in keys and alert.state == "open" and now - alert.last_at >= _QUIET
    )
