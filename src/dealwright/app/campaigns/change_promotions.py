"""Puts promotions in force and takes them out for a person, told in the audit log; not those of campaigns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

from dealwright.app.service.keep_audit import Entry, entry
from dealwright.campaign.codec import encode
from dealwright.campaign.life import State
from dealwright.campaign.promotion import Promotion

Checked = Callable[[tuple[Promotion, ...], tuple[Promotion, ...]], None]
"""Raises InputError if the till would refuse the first while the second are in force."""


@dataclass(frozen=True, slots=True)
class Owner:
    """The campaign that a promotion belongs to, and where it stands."""

    campaign_id: str
    state: State


@dataclass(frozen=True, slots=True)
class Found:
    """Promotions as they stand, held still until what is decided is written; `owners` tells those of campaigns."""

    now: datetime
    in_force: Mapping[str, Promotion]
    owners: Mapping[str, Owner]


@dataclass(frozen=True, slots=True)
class Change:
    """What is written at once: versions that are put in force, one that goes, and who did it. Nothing if empty."""

    put: tuple[Promotion, ...] = ()
    retire: str = ""
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class NotChanged:
    """Why nothing was changed."""

    code: Literal["promotion_taken", "promotion_unknown", "busy"]
    problems: tuple[str, ...]

    def __bool__(self) -> bool:
        return False


class PromotionBooks(Protocol):
    """The promotions of a till, with the audit log and what campaigns own."""

    def change(self, decide: Callable[[Found], Change | NotChanged]) -> Change | NotChanged:
        """Hold everything still, let `decide` look at it, and write what it decides: all of it or nothing.

        `decide` may be called again when others were faster; "busy" says they were each time.
        """
        ...


def put_promotions(
    given: Sequence[Promotion], *, by: str, books: PromotionBooks, check: Checked
) -> Change | NotChanged:
    """Make these the versions in force; those that are already change nothing."""

    def decide(found: Found) -> Change | NotChanged:
        changed = tuple(one for one in given if found.in_force.get(one.id) != one)
        taken = [(one.id, found.owners[one.id]) for one in changed if one.id in found.owners]
        if taken:
            return NotChanged("promotion_taken", tuple(_revise_that(name, owner) for name, owner in taken))
        check(tuple(given), tuple(found.in_force.values()))
        entries = tuple(_told(by, "put_promotion", one.id, found, after=one) for one in changed)
        return Change(put=changed, entries=entries)

    return books.change(decide)


def retire_promotion(name: str, *, by: str, books: PromotionBooks) -> Change | NotChanged:
    """Take a promotion out of force at once."""

    def decide(found: Found) -> Change | NotChanged:
        if name not in found.in_force:
            return NotChanged("promotion_unknown", (f"no promotion in force is called {name!r}",))
        if name in found.owners:
            return NotChanged("promotion_taken", (_stop_that(name, found.owners[name]),))
        return Change(retire=name, entries=(_told(by, "retire_promotion", name, found, after=None),))

    return books.change(decide)


def _revise_that(name: str, owner: Owner) -> str:
    return (
        f"promotion {name!r} belongs to the campaign {owner.campaign_id!r}, which is {_words(owner.state)}; "
        "to change it, revise that: dealwright campaign revise FILE, "
        f"or PUT /v1/campaigns/{owner.campaign_id}; for another promotion choose another id"
    )


def _stop_that(name: str, owner: Owner) -> str:
    if owner.state == "live":
        command, path = f"dealwright campaign pause {owner.campaign_id}", f"{owner.campaign_id}/pause"
        what = f"pause that: {command}, or POST /v1/campaigns/{path}"
    else:
        what = "bring the till to that: dealwright campaign tend"
    return (
        f"promotion {name!r} belongs to the campaign {owner.campaign_id!r}, which is {_words(owner.state)}; "
        f"to take it out of force, {what}"
    )


def _words(state: State) -> str:
    return state.replace("_", " ")


def _told(by: str, action: str, name: str, found: Found, *, after: Promotion | None) -> Entry:
    before = found.in_force.get(name)
    return entry(by, action, f"promotion/{name}", _terms(before), _terms(after), at=found.now)


def _terms(promotion: Promotion | None) -> Mapping[str, Any]:
    return {} if promotion is None else encode([promotion])["promotions"][0]
