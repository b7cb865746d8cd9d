"""What became of the story's campaigns, and what is believed now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from dealwright.app.demand.forecast_demand import DemandForecast
from dealwright.app.plan.plan_promotions import PlannedPromotions
from dealwright.app.ports import Tables
from dealwright.app.review.promotion_review import Review
from dealwright.app.review.review_promotions import review_promotions
from dealwright.app.shop.announced_promotions import Announced
from dealwright.campaign.campaign import Campaign
from dealwright.campaign.campaign_lint import skus_of
from dealwright.core.estimate import Estimate
from dealwright.live.replay import LiveShop
from dealwright.live.story_campaigns import TYPO
from dealwright.live.story_told import Belief, Brought, Kind, Stopped
from dealwright.monitor.alert_words import alert_sentence
from dealwright.monitor.minutes import promoted, sums_of
from dealwright.plan.scenario import Scenario


def what_came(
    live: LiveShop, campaign: Campaign, announced: Sequence[Announced], planned: PlannedPromotions
) -> Brought:
    """Where a campaign stands at the end, and what its products sold while it was on."""
    standing = live.campaigns.standing(campaign.id)
    assert standing is not None, campaign.id
    sums = sums_of(promoted(live.events.tallies(campaign.id)))
    (sku,) = skus_of(campaign)
    answered = {(one.sku, one.week) for one in announced}
    day = date.fromisoformat(campaign.schedule.start_said)
    return Brought(
        campaign.id,
        _kind(campaign, is_answered=(sku, day) in answered),
        sku,
        campaign.name,
        day,
        standing.state,
        campaign.expected[0] if campaign.expected else None,
        _planned_profit(planned, sku, day),
        campaign.budget_minor or 0,
        sums,
    )


def _kind(campaign: Campaign, *, is_answered: bool) -> Kind:
    if campaign.id.startswith(TYPO):
        return "typo"
    return "announced" if is_answered else "own_idea"


def _planned_profit(planned: PlannedPromotions, sku: str, week: date) -> Estimate | None:
    for row in planned.plan.table.to_dict("records"):
        if (row["sku"], day_of(row["week"])) == (sku, week):
            return Estimate(row["profit"], row["profit_low"], row["profit_high"], 0.8, "the plan")
    return None


def what_was_stopped(
    live: LiveShop, terms: Sequence[Campaign], warned: Mapping[str, tuple[str, ...]]
) -> tuple[Stopped, ...]:
    """What the watch did by itself; `warned` is what checks that know the costs remark on each campaign."""
    found = []
    for acted in live.tally.acted:
        (campaign,) = (one for one in terms if one.id == acted.campaign_id)
        sums = sums_of(one for one in live.events.tallies(campaign.id) if one.start <= acted.at)
        alert = next(one for one in (*acted.look.new, *acted.look.going_on) if one.campaign_id == campaign.id)
        found.append(
            Stopped(
                campaign.id,
                acted.at,
                acted.shop_seconds,
                acted.work_seconds,
                {"en": alert_sentence(alert, "en"), "zh": alert_sentence(alert, "zh")},
                sums,
                warned[campaign.id],
            )
        )
    return tuple(found)


def reviews_of(
    later: DemandForecast,
    tables: Tables,
    announced: Sequence[Announced],
    scenario: Scenario,
    *,
    currency: str,
    seed: int,
) -> tuple[Review, ...]:
    """What the announced price cuts earned, by all that is known `later`."""
    panel = later.panel
    runs = [replace(one.run, row=panel.skus.index(one.sku)) for one in announced if one.sku in panel.skus]
    if not runs:
        return ()
    found = review_promotions(later, tables, scenario, currency=currency, seed=seed, runs=runs)
    return found.reviews


def belief_about(before: DemandForecast, after: DemandForecast, one: Announced) -> Belief:
    """What the offer adds to a usual week, in per cent, as was believed before and is now."""
    return Belief(one.sku, one.name, one.depth, *(_gain(demand, one) for demand in (before, after)))


def _gain(demand: DemandForecast, one: Announced) -> Estimate | None:
    if one.sku not in demand.panel.skus:
        return None
    row, r = demand.panel.skus.index(one.sku), demand.response
    display, mailer = r.display_reach * one.on_display, r.mailer_reach * one.in_mailer
    return Estimate.from_draws(100.0 * r.gain(one.depth, display, mailer)[:, row])


def day_of(week: Any) -> date:
    """The first day of a plan's week."""
    return date.fromisoformat(str(week)[:10])
