"""Campaigns of a shop: drafted, approved, scheduled, launched into its till, stopped, and looked at."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from dealwright.adapters.campaigns.memory import MemoryAudit, MemoryCampaigns
from dealwright.app.campaigns.campaign_ports import CampaignPorts, Version
from dealwright.app.campaigns.check_campaign import HouseRules, campaign_facts, check_campaign
from dealwright.app.campaigns.move_campaign import Answer, Wish, draft_campaign, move_campaign
from dealwright.app.campaigns.show_terms import ShownOffer, are_shown, shown_offers
from dealwright.app.campaigns.tend_campaigns import ITSELF, Tended, settle, tend_campaigns
from dealwright.app.service.keep_audit import MAIN_TENANT, AuditLog
from dealwright.campaign.campaign import Campaign, draft_problems
from dealwright.campaign.campaign_codec import campaign_text, decode_campaign
from dealwright.campaign.campaign_lint import Facts, Goods
from dealwright.campaign.four_eyes import person
from dealwright.campaign.guardrail import share_problems
from dealwright.campaign.life import ACTIONS, Action, Actor, Standing
from dealwright.campaign.lint import Remark
from dealwright.campaign.promotion import Language
from dealwright.core.errors import InputError
from dealwright.engine.catalogue import BENEFITS, CONDITIONS
from dealwright.live.audit import Audit
from dealwright.till import Till

if TYPE_CHECKING:
    from dealwright.adapters.ledger.sale_transaction import Transactions

MOST_REASON = 500
MOST_NAME = 100


class Campaigns:
    """Every method that changes something says who does it, and answers with what became of it.

    The books of campaigns are the record; the till follows at once, or else at the next `tend`.
    """

    def __init__(self, ports: CampaignPorts, audit: Audit, *, rules: HouseRules) -> None:
        self._ports = ports
        self._rules = rules
        self.audit = audit

    def draft(self, campaign: Campaign, *, by: Actor, reason: str = "") -> Answer:
        """Keep a new campaign as a draft. InputError with everything wrong in its fields."""
        _check_words(by, reason)
        _check_terms(campaign)
        return draft_campaign(campaign, by=by, ports=self._ports, reason=reason)

    def revise(self, campaign: Campaign, *, by: Actor, reason: str = "", revision: int | None = None) -> Answer:
        """Supersede the campaign's terms.

        One that has not started goes back to draft. Of one that runs the new version waits for approval, or counts
        at once if no second person is needed for it.
        """
        _check_terms(campaign)
        return self._move(campaign.id, Wish("revise", by, reason, terms=campaign, revision=revision))

    def move(
        self,
        campaign_id: str,
        action: Action,
        *,
        by: Actor,
        reason: str = "",
        version: int | None = None,
        revision: int | None = None,
    ) -> Answer:
        """Submit, approve, reject, schedule, launch, pause, resume, roll back, switch or end a campaign.

        See `revise` and `throttle` for the rest.

        `version` is the one that is approved or rejected, `revision` the one that was looked at: if the campaign
        has changed since, nothing is done.
        """
        if action not in ACTIONS or action in ("revise", "throttle"):
            raise InputError.unknown("action", action, set(ACTIONS) - {"revise", "throttle"})
        return self._move(campaign_id, Wish(action, by, reason, version=version, revision=revision))

    def throttle(
        self, campaign_id: str, share: Fraction, *, by: Actor, reason: str = "", revision: int | None = None
    ) -> Answer:
        """Give a live or paused campaign to this share of the customers, until it is resumed or throttled anew.

        Always to the same ones: a larger share adds customers. Whoever buys without a name does not get it. What is
        held keeps its price. InputError unless the share is above 0 and at most 1, with at most six decimals.
        """
        problems = share_problems(share)
        if problems:
            raise InputError(*problems)
        return self._move(campaign_id, Wish("throttle", by, reason, revision=revision, share=share))

    def tend(self) -> Tended:
        """Start what is due, end what is over, and mend the till; call it every second, from any process."""
        return tend_campaigns(ports=self._ports, rules=self._rules)

    def check(self, campaign: Campaign, *, language: Language = "en") -> tuple[Remark, ...]:
        """Every remark on a campaign as things are now; "error" would stop it."""
        _check_terms(campaign)
        return check_campaign(campaign, ports=self._ports, rules=self._rules, language=language)

    def facts(self, campaign: Campaign) -> Facts:
        """What a campaign is held against: the time, what is in force and promised, stock."""
        return campaign_facts(campaign, self._ports, self._rules)

    def standing(self, campaign_id: str) -> Standing | None:
        """Where a campaign stands; None if there is none."""
        return self._ports.books.standing(campaign_id)

    def all(self) -> tuple[Standing, ...]:
        """Where every campaign stands, by id."""
        return self._ports.books.standings()

    def version(self, campaign_id: str, number: int | None = None) -> Version | None:
        """One version of a campaign, without a number the one that counts now; None if there is none."""
        if number is None:
            standing = self.standing(campaign_id)
            if standing is None:
                return None
            number = standing.version
        return self._ports.versions.version(campaign_id, number)

    def versions(self, campaign_id: str) -> tuple[Version, ...]:
        """Every version there ever was."""
        return self._ports.versions.versions(campaign_id)

    def shown(self, campaign_id: str, *, language: Language = "en") -> Sequence[ShownOffer]:
        """What shoppers must be shown of a campaign as it stands; nothing of one that does not exist."""
        standing, version = self.standing(campaign_id), self.version(campaign_id)
        return () if standing is None or version is None else shown_offers(standing, version.terms, language)

    def are_shown(self, campaign_id: str, digest: str) -> bool:
        """Whether a front end that echoes this hash shows terms of the campaign that count now."""
        standing, version = self.standing(campaign_id), self.version(campaign_id)
        return standing is not None and version is not None and are_shown(standing, version.terms, digest)

    def owners(self) -> Mapping[str, str]:
        """Which campaign each promotion at the till belongs to; others are not there."""
        return self._ports.claims.all()

    def _move(self, campaign_id: str, wish: Wish) -> Answer:
        _check_words(wish.by, wish.reason)
        answer = move_campaign(campaign_id, wish, ports=self._ports, rules=self._rules)
        if answer:
            settle(campaign_id, Tended(), ports=self._ports, rules=self._rules)
            return Answer(answer.verdict, self.standing(campaign_id), answer.remarks)
        return answer


def open_campaigns(till: Till, *, rules: HouseRules | None = None, tenant: str = MAIN_TENANT) -> Campaigns:
    """The campaigns in a till's database (in memory for a till in memory).

    Without `rules` everything needs a second person, and stock is what the till counts.
    """
    now = till.ledger.clock.now
    rules = rules or HouseRules(goods=goods_at(till))
    if till.connected is None:
        log = MemoryAudit()
        memory = MemoryCampaigns(log, now=now, in_force=till.promotions.all, tenant=tenant)
        return _campaigns(CampaignPorts(memory, memory, memory, till.promotions, now), log, rules, tenant)
    from dealwright.adapters.campaigns.audit_sql import SqlAudit
    from dealwright.adapters.campaigns.sql import SqlCampaigns

    transactions = transactions_of(till)
    stored = SqlCampaigns(transactions, tenant=tenant, encode=campaign_text, decode=_decode)
    ports = CampaignPorts(stored, stored, stored, till.promotions, now)
    return _campaigns(ports, SqlAudit(transactions), rules, tenant)


def goods_at(till: Till) -> Callable[[Sequence[str]], Mapping[str, Goods]]:
    """What the till counts of skus in its main pool, for the checks; it knows no prices and no floors."""

    def goods(skus: Sequence[str]) -> Mapping[str, Goods]:
        left = {sku: till.stock.left(sku) for sku in skus}
        return {sku: Goods(available=balance.available) for sku, balance in left.items() if balance is not None}

    return goods


def _campaigns(ports: CampaignPorts, log: AuditLog, rules: HouseRules, tenant: str) -> Campaigns:
    return Campaigns(ports, Audit(log, tenant=tenant), rules=rules)


def transactions_of(till: Till) -> Transactions:
    """Transactions of a till's database."""
    connected = till.connected
    assert connected is not None
    # The database's own clock is asked inside the transaction that it decides about; another clock is asked here.
    clock = None if till.ledger.clock is connected.clock else till.ledger.clock
    if connected.kind == "postgresql":
        from dealwright.adapters.ledger.sale_postgres import PostgresTransactions

        return PostgresTransactions(connected.database.engine, clock=clock)
    from dealwright.adapters.ledger.sale_sqlite import SqliteTransactions

    return SqliteTransactions(connected.database.engine, clock=clock)


def _decode(text: str) -> Campaign:
    return decode_campaign(text, conditions=CONDITIONS, benefits=BENEFITS)


def _check_terms(campaign: Campaign) -> None:
    found = draft_problems(campaign)
    if found:
        raise InputError(*(f"campaign {campaign.id[:60]!r}: {one}" for one in found))


def _check_words(by: Actor, reason: str) -> None:
    problems = []
    if not person(by.name) or len(by.name) > MOST_NAME or not by.name.isprintable():
        problems.append(f"who acts has a name of 1 to {MOST_NAME} characters; given {by.name[:20]!r}")
    elif person(by.name) == ITSELF.name and by is not ITSELF:
        problems.append(f"{ITSELF.name!r} is what acts by itself; give the name of a person")
    if len(reason) > MOST_REASON or "\0" in reason:
        problems.append(f"a reason has at most {MOST_REASON} characters; given {len(reason)}")
    if problems:
        raise InputError(*problems)
