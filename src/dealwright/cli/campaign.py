"""The commands about campaigns: drafted, approved by a second person, launched, stopped, looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from dealwright.campaign.life import Action
from dealwright.cli import show_campaign
from dealwright.cli.campaign_effect import effect
from dealwright.cli.cart import TILL, Database
from dealwright.cli.options import HERE, AsJson, Language, Shop, with_options_of
from dealwright.cli.show import language_of

if TYPE_CHECKING:
    from dealwright.app.campaigns.move_campaign import Answer
    from dealwright.campaign.campaign import Campaign
    from dealwright.campaign.campaign_lint import Facts as CampaignFacts
    from dealwright.campaign.life import Actor
    from dealwright.live.campaigns import Campaigns

app = typer.Typer(
    name="campaign",
    no_args_is_help=True,
    help="Run campaigns: draft, approve, schedule, throttle, pause, roll back, end.",
)

As = Annotated[
    str, typer.Option("--as", envvar="DEALWRIGHT_AS", help="Who does this; it is kept in the audit log.")
]
Names = Annotated[list[str], typer.Argument(help="The campaigns, by id.", metavar="ID...")]
Reason = Annotated[str, typer.Option("--reason", help="Why; it is kept in the audit log.")]
File = Annotated[Path, typer.Argument(help="The campaign, as JSON.")]


_KEEPS = {
    "new": "Keep a campaign as a draft.",
    "revise": "Supersede a campaign's terms by a new version; of one that runs it waits for approval.",
}
_MOVES: dict[Action, str] = {
    "submit": "Ask for approval; what is wrong with a campaign is told, and must be mended first.",
    "approve": "Approve what waits, as a second person.",
    "reject": "Send back what waits for approval.",
    "schedule": "Let approved campaigns start when their time comes.",
    "pause": "Stop campaigns at once; prices that were promised are kept.",
    "resume": "Let paused campaigns run again; give throttled ones to everybody.",
    "roll_back": "Bring the version before back at once; where there is none, take the campaign back.",
    "switch": "Switch to the contingency of campaigns at once.",
    "end": "End campaigns for good.",
}


@dataclass(frozen=True, slots=True)
class _Asked:
    """The options that every command which changes something has."""

    by: As
    reason: Reason = ""
    database: Database = TILL
    language: Language = None
    as_json: AsJson = False


def _add_keep(name: str, told: str) -> None:
    """A command that keeps the terms of a file."""

    @with_options_of(_Asked)
    def command(asked: _Asked, file: File) -> None:
        terms = _read(file)

        def kept(books: Campaigns, _: str) -> Answer:
            keep = books.draft if name == "new" else books.revise
            return keep(terms, by=_actor(asked.by), reason=asked.reason)

        _each([terms.id], kept, asked)

    app.command(name, help=told)(command)


def _add_move(action: Action, told: str) -> None:
    """A command for one thing that is done with campaigns."""

    @with_options_of(_Asked)
    def command(asked: _Asked, ids: Names) -> None:
        def moved(books: Campaigns, name: str) -> Answer:
            return books.move(name, action, by=_actor(asked.by), reason=asked.reason)

        _each(ids, moved, asked)

    app.command(action.replace("_", "-"), help=told)(command)


for _name, _told in _KEEPS.items():
    _add_keep(_name, _told)
for _action, _told in _MOVES.items():
    _add_move(_action, _told)


@app.command()
@with_options_of(_Asked)
def throttle(
    asked: _Asked,
    ids: Names,
    share: Annotated[str, typer.Option("--share", help="How many of the customers get it: 0.5; 1 is everybody.")],
) -> None:
    """Give campaigns to a share of the customers only, always the same ones."""
    wanted = _share(share)

    def throttled(books: Campaigns, name: str) -> Answer:
        return books.throttle(name, wanted, by=_actor(asked.by), reason=asked.reason)

    _each(ids, throttled, asked)


app.command()(effect)


@app.command("from-plan")
def from_plan(
    by: As,
    shop: Shop = HERE,
    approved: Annotated[
        Path | None, typer.Option("--approved", help="The plan that was approved; else the workspace's latest.")
    ] = None,
    database: Database = TILL,
    language: Language = None,
    as_json: AsJson = False,
) -> None:
    """Draft campaigns of an approved plan, one per week, with what the plan expects of them."""
    from dealwright.live.planned import drafts_of

    chosen = language_of(language, "en")
    drafts = drafts_of(shop, approved=approved, owner=by, language=_tongue(chosen))
    with _opened(database) as books:
        given = {one.id: books.draft(one, by=_actor(by), reason="from the plan") for one in drafts.campaigns}
    n = sum(len(one.promotions) for one in drafts.campaigns)
    show_campaign.drafted(given, n, drafts.left_out, language=chosen, as_json=as_json)
    if not all(given.values()):
        raise typer.Exit(1)


@app.command()
def check(
    campaign: Annotated[str, typer.Argument(help="A campaign by id, or its file.", metavar="ID|FILE")],
    shop: Shop = HERE,
    texts: Annotated[
        list[str] | None, typer.Option("--text", help="A text that is shown with it: its claims are checked too.")
    ] = None,
    database: Database = TILL,
    language: Language = None,
    as_json: AsJson = False,
) -> None:
    """Hold a campaign against the law on prices, on the shop's prices and sales; exit with 1 if it may not run."""
    from dealwright.cli import show_compliance
    from dealwright.live.price_law import check_price_law, price_law_of

    chosen, law = language_of(language, "en"), price_law_of(shop)
    terms, facts = _to_check(campaign, database)
    found = check_price_law(terms, shop, facts, texts=tuple(texts or ())) or ()
    profile = None if law is None else law.profile
    show_compliance.findings(terms, found, profile, language=chosen, as_json=as_json)
    if any(one.answer == "block" for one in found):
        raise typer.Exit(1)


@app.command()
def tend(database: Database = TILL, language: Language = None, as_json: AsJson = False) -> None:
    """Start what is due and end what is over; a running service does it all the time."""
    chosen = language_of(language, "en")
    with _opened(database, chosen) as books:
        show_campaign.tended(books.tend(), language=chosen, as_json=as_json)


@app.command()
def show(
    campaign_id: Annotated[str, typer.Argument(help="The campaign, by id.", metavar="ID")],
    database: Database = TILL,
    language: Language = None,
    as_json: AsJson = False,
) -> None:
    """Tell what a campaign promises, where it stands and what was done with it."""
    from dealwright.core.errors import InputError

    chosen = language_of(language, "en")
    with _opened(database) as books:
        standing = books.standing(campaign_id)
        if standing is None:
            raise InputError.unknown("campaign", campaign_id, [one.campaign_id for one in books.all()])
        links = list(books.audit.links(subject=f"campaign/{campaign_id}"))
        show_campaign.campaign(standing, books.versions(campaign_id), links, language=chosen, as_json=as_json)


@app.command("list")
def list_(database: Database = TILL, language: Language = None, as_json: AsJson = False) -> None:
    """List all campaigns and where they stand."""
    chosen = language_of(language, "en")
    with _opened(database) as books:
        standings = books.all()
        terms = {one.campaign_id: _terms(books, one.campaign_id) for one in standings}
        show_campaign.campaigns(standings, terms, language=chosen, as_json=as_json)


def _each(ids: list[str], work: Callable[[Campaigns, str], Answer], asked: _Asked) -> None:
    """Do it with every campaign; exit with 1 if one was refused."""
    chosen = language_of(asked.language, "en")
    with _opened(asked.database, chosen) as books:
        given = {name: work(books, name) for name in ids}
        books.tend()
    show_campaign.answers(given, language=chosen, as_json=asked.as_json)
    if not all(given.values()):
        raise typer.Exit(1)


@contextmanager
def _opened(database: str, language: str = "en") -> Iterator[Campaigns]:
    """The books of campaigns; what their checks find is told in this language."""
    from dealwright.app.campaigns.check_campaign import HouseRules
    from dealwright.live.campaigns import goods_at, open_campaigns
    from dealwright.live.price_law import with_price_law
    from dealwright.till import open_till

    with open_till(database) as till:
        tongue = _tongue(language)
        rules = HouseRules(goods=goods_at(till), language=tongue)
        yield open_campaigns(till, rules=with_price_law(rules, HERE, language=tongue))


def _tongue(language: str) -> Literal["en", "zh"]:
    return "zh" if language == "zh" else "en"


def _actor(name: str) -> Actor:
    """Whoever types has the database itself in hand, so every role; only a second person remains another one."""
    from dealwright.campaign.life import Actor

    return Actor(name, frozenset({"admin"}))


def _share(text: str) -> Fraction:
    from dealwright.campaign.decimals import fraction_of
    from dealwright.core.errors import InputError

    found = fraction_of(text)
    if found is None:
        raise InputError(f"--share is a decimal like 0.5; given {text[:30]!r}")
    return found


def _read(file: Path) -> Campaign:
    from dealwright.campaign.campaign_codec import decode_campaign
    from dealwright.engine.catalogue import BENEFITS, CONDITIONS

    return decode_campaign(file.read_bytes(), conditions=CONDITIONS, benefits=BENEFITS)


def _to_check(campaign: str, database: str) -> tuple[Campaign, CampaignFacts]:
    """A campaign of a file alone, or one of the till among all that is promised there."""
    from datetime import UTC, datetime

    from dealwright.campaign.campaign_lint import Facts
    from dealwright.core.errors import InputError

    if Path(campaign).is_file():
        return _read(Path(campaign)), Facts(datetime.now(UTC))
    with _opened(database) as books:
        if books.standing(campaign) is None:
            raise InputError.unknown("campaign", campaign, [one.campaign_id for one in books.all()])
        terms = _terms(books, campaign)
        return terms, books.facts(terms)


def _terms(books: Campaigns, campaign_id: str) -> Campaign:
    version = books.version(campaign_id)
    assert version is not None, campaign_id
    return version.terms
