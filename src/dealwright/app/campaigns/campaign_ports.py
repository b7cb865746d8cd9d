"""What the life of campaigns needs of the outside: books of campaigns, and the shelf of promotions at the till."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from dealwright.app.service.keep_audit import Entry
from dealwright.campaign.campaign import Campaign
from dealwright.campaign.life import Standing
from dealwright.campaign.promotion import Promotion
from dealwright.core.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Found:
    """A campaign as it stands, locked until what is decided of it is written; `now` is the time that decides.

    Of the promotions asked about, `claimed` tells which campaign they belong to, `in_force` which are at the till
    now, whoever put them there.
    """

    standing: Standing | None
    now: datetime
    terms: Callable[[int], Campaign]
    claimed: Callable[[Iterable[str]], Mapping[str, str]]
    in_force: Callable[[Iterable[str]], Collection[str]]


@dataclass(frozen=True, slots=True)
class Change:
    """What is written at once: where the campaign stands, its entry in the audit log, perhaps a new version.

    `restores` is the version whose terms the new one has again (0: none); `claims` are promotions that now belong
    to the campaign.
    """

    standing: Standing
    entry: Entry
    terms: Campaign | None = None
    author: str = ""
    restores: int = 0
    claims: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a campaign's terms, who wrote it and when."""

    terms: Campaign
    author: str
    restores: int
    at: datetime


class CampaignBooks(Protocol):
    """Where campaigns stand."""

    def change(self, campaign_id: str, decide: Callable[[Found], Change | Verdict]) -> Standing | Verdict:
        """Lock the campaign, let `decide` look at it, and write what it decides, or nothing; its new standing.

        `decide` may be called again when others were faster. A Verdict with the code "busy" says they were each
        time.
        """
        ...

    def standing(self, campaign_id: str) -> Standing | None:
        """Where a campaign stands; None if there is none."""
        ...

    def standings(self) -> tuple[Standing, ...]:
        """All campaigns, by id."""
        ...


class Versions(Protocol):
    """Every version of every campaign, as it was written."""

    def version(self, campaign_id: str, number: int) -> Version | None:
        """One version; None if there is none."""
        ...

    def versions(self, campaign_id: str) -> tuple[Version, ...]:
        """Every version of a campaign, the first first."""
        ...


class Claims(Protocol):
    """Which campaign a promotion belongs to."""

    def all(self) -> Mapping[str, str]:
        """Promotion -> campaign; once claimed, for ever, so that late orders find their campaign."""
        ...


class Shelf(Protocol):
    """The promotions in force at the till."""

    def put(self, promotions: Iterable[Promotion]) -> None:
        """Make these the versions in force, at once; InputError if the till refuses them."""
        ...

    def all(self) -> tuple[Promotion, ...]:
        """The versions in force."""
        ...

    def retire(self, promotion_id: str) -> bool:
        """Take a promotion out of force; False if it was not in force."""
        ...


@dataclass(frozen=True, slots=True)
class CampaignPorts:
    """Everything the use cases on campaigns work with."""

    books: CampaignBooks
    versions: Versions
    claims: Claims
    shelf: Shelf
    now: Callable[[], datetime]
