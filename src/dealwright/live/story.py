"""The whole loop on a shop's last weeks: learn, plan, launch, replay, stop what does harm, review, learn again."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from dealwright.app.campaigns.check_campaign import HouseRules
from dealwright.app.demand.forecast_demand import DemandForecast, coming_weeks, learn_demand
from dealwright.app.demand.read_panel import History, read_panel
from dealwright.app.plan.plan_promise import promise_of
from dealwright.app.plan.plan_promotions import PlannedPromotions, plan_promotions
from dealwright.app.plan.simulate_plan import simulate_plan
from dealwright.app.ports import Progress, Tables, silent
from dealwright.app.shop.announced_promotions import Announced, announced_promotions, is_plain, usual_units
from dealwright.app.shop.known_before import KnownBefore
from dealwright.app.shop.past_orders import past_orders
from dealwright.campaign.campaign import Campaign
from dealwright.campaign.campaign_lint import Goods, skus_of
from dealwright.campaign.life import Actor
from dealwright.campaign.promotion import Language
from dealwright.campaign.wall_clock import day_begins, zone_named
from dealwright.core.errors import InputError
from dealwright.core.money import exponent
from dealwright.core.period import WEEK, Grain
from dealwright.data.panel import Panel
from dealwright.live.campaigns import open_campaigns
from dealwright.live.replay import LiveShop, Promoted, open_live_shop
from dealwright.live.story_campaigns import campaigns_of_plan, mistyped_campaign
from dealwright.live.story_outcome import belief_about, day_of, reviews_of, what_came, what_was_stopped
from dealwright.live.story_scenario import PLANNED_WEEKS, story_scenario, with_announced
from dealwright.live.story_told import NextPlan, Replayed, Stage, Story
from dealwright.monitor.alert_words import alert_sentence
from dealwright.plan.scenario import Scenario
from dealwright.settings import ShopSettings, read_settings
from dealwright.workspace import Workspace

LANGUAGES: Final[tuple[Language, ...]] = ("en", "zh")
HELD_WEEKS: Final = 4
"""Weeks at the end of the data that the first plan does not know; it plans, and the replay lives, the first."""
PER_WEEK: Final = 2
PLANNER = Actor("the planner", frozenset({"planner"}))
SECOND = Actor("the second person", frozenset({"approver", "operator"}))


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of the shop when something is planned."""

    tables: Tables
    demand: DemandForecast
    planned: PlannedPromotions


@dataclass(slots=True)
class _Watch:
    """How long each part took; wall time."""

    stages: list[Stage] = field(default_factory=list)

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        began = time.perf_counter()
        yield
        self.stages.append(Stage(name, time.perf_counter() - began))


def tell_story(shop: Workspace, folder: Path, *, seed: int, progress: Progress = silent) -> Story:
    """Live the shop's last weeks through till, campaigns, events and watch in `folder`, and learn from them.

    InputError if the shop's history is too short, or holds no price cut in those weeks to be a campaign.
    """
    planner = _Planner(read_settings(shop.folder), story_scenario(shop.scenario()), seed, progress)
    settings, scenario, tables, took = planner.settings, planner.scenario, shop.read_tables(), _Watch()
    with took.part("learn_and_plan"):
        progress("reading what was announced", 0.0)
        whole = planner.read(tables, scenario).panel
        cut, announced = _announced(whole)
        before = planner.learn(KnownBefore(tables, cut), with_announced(scenario, announced), 0.02)
        terms = _campaigns(before, announced, was_plain=lambda sku: is_plain(whole, sku, cut), settings=settings)
    with took.part("replay"):
        start = day_begins(cut, zone_named(settings.time_zone)) - timedelta(days=1)
        with open_live_shop(folder, start=start, currency=settings.currency) as live:
            warned = _launch(live, terms, before)
            replayed = _replay(live, terms, before, tables, settings=settings, progress=progress)
            campaigns = tuple(what_came(live, one, announced, before.planned) for one in terms)
            stopped = what_was_stopped(live, terms, warned)
            audit = live.campaigns.audit.verify()
    with took.part("review_and_learn"):
        later = planner.learn(tables, scenario, 0.62)
        progress("reviewing", 0.9)
        reviews = reviews_of(later.demand, tables, announced, scenario, currency=settings.currency, seed=seed)
        next_plan = planner.tell(later)
    progress("done", 1.0)
    return Story(
        currency=settings.currency,
        credit=settings.credit,
        known_until=cut - timedelta(days=1),
        weeks=before.demand.response.weeks,
        n_products=len(before.demand.panel.skus),
        n_planned=len(before.planned.plan.table),
        cost_share=float(scenario.assumptions.cost_share),
        n_costs_assumed=before.planned.n_costs_assumed,
        campaigns=campaigns,
        replayed=replayed,
        stopped=stopped,
        n_audited=audit.head.number,
        audit_is_whole=audit.is_whole,
        reviews=reviews,
        beliefs=tuple(belief_about(before.demand, later.demand, one) for one in announced),
        next_plan=next_plan,
        stages=tuple(took.stages),
    )


@dataclass(frozen=True, slots=True)
class _Planner:
    """Learns from what was known at some time, and plans the weeks after it."""

    settings: ShopSettings
    scenario: Scenario
    seed: int
    progress: Progress

    @property
    def per_major(self) -> int:
        return int(10 ** exponent(self.settings.currency))

    def read(self, tables: Tables, wanted: Scenario) -> History:
        grain = Grain(first_weekday=self.settings.first_weekday_number)
        return read_panel(tables, wanted.scope, grain=grain, minor_per_major=self.per_major)

    def learn(self, at: Tables, wanted: Scenario, share: float) -> _Known:
        """What is known then; it takes a quarter of the whole from `share` on."""
        history = self.read(at, wanted)
        demand = learn_demand(
            history,
            coming_weeks(history.panel, wanted, first_weekday=self.settings.first_weekday_number),
            n_draws=wanted.n_draws,
            country=self.settings.country,
            seed=self.seed,
            progress=lambda what, done: self.progress(what, share + 0.25 * done),
        )
        return _Known(at, demand, plan_promotions(demand, at, wanted, currency=self.settings.currency))

    def tell(self, known: _Known) -> NextPlan:
        """The plan of the weeks after what is known, in three figures."""
        plan = known.planned.plan
        chosen, economics = plan.solution.choice, known.planned.economics
        outcomes = simulate_plan(
            known.demand,
            plan.problem,
            chosen,
            economics,
            minor_per_major=self.per_major,
            correction=promise_of(known.demand, known.planned, seed=self.seed).correction,
        )
        return NextPlan(known.demand.response.weeks, len(plan.table), outcomes[-1].extra_profit)


def _announced(whole: Panel) -> tuple[date, tuple[Announced, ...]]:
    """The first day of the story, and what the shop had announced for its weeks."""
    if len(whole.starts) <= 3 * HELD_WEEKS:
        raise InputError(f"the story needs more than {3 * HELD_WEEKS} weeks of sales; import a longer history")
    cut = whole.starts[-HELD_WEEKS]
    weeks = tuple(cut + k * WEEK for k in range(PLANNED_WEEKS))
    announced = announced_promotions(whole, weeks, known=whole.until(cut), per_week=PER_WEEK)
    if not announced:
        raise InputError(
            f"no product that sells by the piece began a price cut of 10 to 25 % in the weeks from {cut}; the "
            "story needs one"
        )
    return cut, announced


def _campaigns(
    known: _Known,
    announced: Sequence[Announced],
    *,
    was_plain: Callable[[str], bool],
    settings: ShopSettings,
) -> tuple[Campaign, ...]:
    """What was announced, the best price cut that the plan thought of itself, and the mistyped one."""
    planned, zone, currency = known.planned, settings.time_zone, settings.currency
    steady, taken = usual_units(known.demand.panel), {one.sku for one in announced}
    table = planned.plan.table
    cuts = table[(table["promo_price"] < table["regular_price"]) & (table["mechanic"] == "")]
    own = [(sku, week) for sku, week in zip(cuts["sku"], cuts["week"], strict=True) if sku in steady]
    own = [(sku, day_of(week)) for sku, week in own if sku not in taken][:1]
    wanted = {(one.sku, one.week) for one in announced} | set(own)
    chosen = [keep for keep in planned.promotions if (keep.sku, keep.week) in wanted]
    made = campaigns_of_plan(planned, chosen, currency=currency, zone=zone)
    promoted_skus = {keep.sku for keep in chosen}
    free = [sku for sku in steady if sku not in promoted_skus and was_plain(sku)]
    if not free:
        return made
    popular = max(free, key=lambda sku: steady[sku])
    week = known.demand.response.weeks[0]
    typo = mistyped_campaign(known.demand, planned, popular, week, currency=currency, zone=zone)
    return (*made, typo)


def _launch(live: LiveShop, terms: Sequence[Campaign], known: _Known) -> Mapping[str, tuple[str, ...]]:
    """Draft, submit, approve by somebody else, schedule; what checks that knew the costs would have said."""
    economics, skus = known.planned.economics, known.demand.panel.skus
    prices = {sku: Goods(round(economics.price[i]), round(economics.unit_cost[i])) for i, sku in enumerate(skus)}
    rules = HouseRules(goods=lambda asked: {sku: prices[sku] for sku in asked if sku in prices})
    knowing, warned = open_campaigns(live.till, rules=rules), {}
    for campaign in terms:
        warned[campaign.id] = tuple(remark.code for remark in knowing.check(campaign) if remark.severity == "error")
        steps = [live.campaigns.draft(campaign, by=PLANNER), live.campaigns.move(campaign.id, "submit", by=PLANNER)]
        steps.append(live.campaigns.move(campaign.id, "approve", by=SECOND))
        steps.append(live.campaigns.move(campaign.id, "schedule", by=SECOND))
        refused = [step.verdict.code for step in steps if not step]
        assert not refused, f"{campaign.id}: {refused}, {[one.sentence for step in steps for one in step.remarks]}"
    return warned


def _replay(
    live: LiveShop,
    terms: Sequence[Campaign],
    known: _Known,
    tables: Tables,
    *,
    settings: ShopSettings,
    progress: Progress,
) -> Replayed:
    first = known.demand.response.weeks[0]
    over = first + PLANNED_WEEKS * WEEK
    orders = past_orders(tables, since=first, before=over, zone=settings.time_zone)
    goods = _goods(terms, known)
    began = time.perf_counter()
    for number, order in enumerate(orders):
        if number % 100 == 0:
            progress("orders come in", 0.3 + 0.3 * number / len(orders))
        live.live(order, goods)
    live.reach(day_begins(over, zone_named(settings.time_zone)) + timedelta(hours=2))
    took, tally = time.perf_counter() - began, live.tally
    names = {one.id: one.name for one in terms}
    kept = [one for one in live.watch.alerts(states=()) if one.action.kind == "none"]
    alerts: dict[str, tuple[str, ...]] = {
        language: tuple(f"{names[one.campaign_id]}: {alert_sentence(one, language)}" for one in kept)
        for language in LANGUAGES
    }
    dead = len(live.events.dead_letters())
    return Replayed(
        tally.n_orders,
        tally.n_sold,
        tally.n_refused,
        tally.charged_minor,
        tally.told_minor,
        tally.paid_minor,
        dead,
        took,
        alerts,
    )


def _goods(terms: Sequence[Campaign], known: _Known) -> dict[str, Promoted]:
    economics, skus = known.planned.economics, known.demand.panel.skus
    found = {}
    for campaign in terms:
        for sku in skus_of(campaign):
            i = skus.index(sku)
            start, end = campaign.schedule.start, campaign.schedule.end
            assert start is not None, campaign.id
            assert end is not None, campaign.id
            cost, funded = float(economics.unit_cost[i]), float(economics.funded_share[i])
            found[sku] = Promoted(campaign.id, start, end, cost, funded)
    return found
