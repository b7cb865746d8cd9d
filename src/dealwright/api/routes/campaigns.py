"""Campaigns: drafted, approved by a second person, scheduled, paused, rolled back, ended, looked at."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import partial
from typing import Any, Final, get_args

from dealwright.api.gate import Rank
from dealwright.api.operations import Answer, Asked, Operation, Query
from dealwright.api.paging import CURSOR, LIMIT, limit_of
from dealwright.api.problems import ProblemError, invalid, problem, refuse
from dealwright.api.routes.promotions import rooted_schemas
from dealwright.api.wire import campaigns as wire
from dealwright.api.wire.promotions import LintedOut
from dealwright.app.campaigns.move_campaign import Answer as Moved
from dealwright.app.service.access_ports import Caller, Role
from dealwright.campaign.campaign import Campaign
from dealwright.campaign.campaign_codec import campaign_schema, decode_campaign, encode_campaign
from dealwright.campaign.life import MAY, Action, Actor
from dealwright.campaign.promotion import Language
from dealwright.engine.catalogue import BENEFITS, CONDITIONS
from dealwright.live.campaigns import Campaigns

DOCUMENT: Final = "CampaignDocument"

_ACTIONS: Final[dict[Action, tuple[str, Rank]]] = {
    "submit": ("Ask for approval; what is wrong with the campaign is told, and must be mended first", Rank.BROWSE),
    "approve": ("Approve what waits, as a second person", Rank.RESERVE),
    "reject": ("Send back what waits for approval", Rank.RESERVE),
    "schedule": ("Let an approved campaign start when its time comes", Rank.RESERVE),
    "pause": ("Stop a campaign at once; prices that were promised are kept", Rank.SETTLE),
    "resume": ("Let a paused campaign run again, or give a throttled one to everybody", Rank.RESERVE),
    "roll_back": ("Bring the version before back at once; without one, take the campaign back", Rank.SETTLE),
    "switch": ("Switch to the campaign's contingency at once", Rank.SETTLE),
    "end": ("End a campaign for good", Rank.SETTLE),
}
_REFUSALS: Final = (
    *("role_missing", "own_approval", "wrong_state", "nothing_waits", "other_version", "no_contingency"),
    *("changed_meanwhile", "promotion_taken", "problems_found", "campaign_unknown"),
)
_LANGUAGES: Final = get_args(Language)


def _list(asked: Asked[None]) -> Answer:
    limit, cursor = limit_of(asked.query), asked.query.get("cursor", "")
    found = [one for one in _campaigns(asked).all() if one.campaign_id > cursor]
    shown = tuple(wire.standing_out(one) for one in found[:limit])
    return wire.CampaignsOut(shown, shown[-1].campaign_id if len(found) > limit else "")


def _get(asked: Asked[None]) -> Answer:
    standing = _campaigns(asked).standing(asked.names["campaign_id"])
    if standing is None:
        raise _unknown(asked.names["campaign_id"])
    return wire.standing_out(standing)


def _terms(asked: Asked[None]) -> Answer:
    given = asked.query.get("version", "")
    if given and not (given.isascii() and given.isdigit() and len(given) < 10):
        raise invalid([f"version: give a whole number; given {given[:20]!r}"])
    found = _campaigns(asked).version(asked.names["campaign_id"], int(given) if given else None)
    if found is None:
        raise _unknown(asked.names["campaign_id"])
    return encode_campaign(found.terms)


def _shown(asked: Asked[None]) -> Answer:
    name, echoed = asked.names["campaign_id"], asked.query.get("echoed", "")
    if _campaigns(asked).standing(name) is None:
        raise _unknown(name)
    is_current = _campaigns(asked).are_shown(name, echoed) if echoed else None
    return wire.shown_out(_campaigns(asked).shown(name, language=_language(asked)), is_current=is_current)


def _draft(asked: Asked[bytes]) -> Answer:
    return _told(_campaigns(asked).draft(_read(asked.body), by=_actor(asked.caller)))


def _revise(asked: Asked[bytes]) -> Answer:
    terms = _read(asked.body)
    if terms.id != asked.names["campaign_id"]:
        raise invalid([f"campaign.id: it is {terms.id!r}, in the path it is {asked.names['campaign_id']!r}"])
    return _told(_campaigns(asked).revise(terms, by=_actor(asked.caller)))


def _check(asked: Asked[bytes]) -> Answer:
    return LintedOut(wire.remarks_out(_campaigns(asked).check(_read(asked.body), language=_language(asked))))


def _language(asked: Asked[Any]) -> Language:
    language: Any = asked.query.get("language", "en")
    if language not in _LANGUAGES:
        raise invalid([f"language: give {' or '.join(_LANGUAGES)}; given {language[:20]!r}"])
    return language  # type: ignore[no-any-return]


def _move(action: Action, asked: Asked[wire.CampaignMove]) -> Answer:
    body = asked.body
    moved = _campaigns(asked).move(
        asked.names["campaign_id"],
        action,
        by=_actor(asked.caller),
        reason=body.reason,
        version=body.version,
        revision=body.revision,
    )
    asked.pricing.refresh()
    return _told(moved)


def _throttle(asked: Asked[wire.CampaignThrottle]) -> Answer:
    body = asked.body
    moved = _campaigns(asked).throttle(
        asked.names["campaign_id"],
        Fraction(body.share),
        by=_actor(asked.caller),
        reason=body.reason,
        revision=body.revision,
    )
    asked.pricing.refresh()
    return _told(moved)


def _told(moved: Moved) -> Answer:
    if not moved:
        sentences = [f"{one.sentence} {one.remedy}" for one in moved.remarks]
        retry = 1 if moved.verdict.code == "busy" else 0
        raise ProblemError(
            problem(moved.verdict.code, moved.verdict.reason, problems=sentences, retry_after_seconds=retry)
        )
    assert moved.standing is not None, "what was done stands somewhere"
    return wire.MovedOut(wire.standing_out(moved.standing), wire.remarks_out(moved.remarks))


def _campaigns(asked: Asked[Any]) -> Campaigns:
    return asked.service.live.campaigns


def _actor(caller: Caller) -> Actor:
    """A person goes by the label of the key: two keys of one label are one person, who cannot approve alone."""
    role: Any = caller.role.word
    return Actor(caller.label or caller.name, frozenset({role}))


def _read(body: bytes) -> Campaign:
    return decode_campaign(body, conditions=CONDITIONS, benefits=BENEFITS)


def _unknown(name: str) -> ProblemError:
    return refuse("campaign_unknown", f"no campaign is called {name!r}")


def schemas() -> dict[str, Any]:
    """The schema of the document and of all it refers to, by the names they have in an OpenAPI document."""
    return rooted_schemas(campaign_schema(conditions=CONDITIONS, benefits=BENEFITS), DOCUMENT)


def _action(action: Action, summary: str, rank: Rank) -> Operation:
    work: Callable[[Asked[Any]], Answer] = partial(_move, action)
    return Operation(
        method="POST",
        path=f"/v1/campaigns/{{campaign_id}}/{action.replace('_', '-')}",
        name=f"{action}_campaign",
        summary=summary,
        tag="campaigns",
        takes=wire.CampaignMove,
        gives=wire.MovedOut,
        role=min(Role.of(word) for word in MAY[action]),
        work=work,
        refusals=_REFUSALS,
        rank=rank,
    )


_VERSION = Query(
    name="version",
    about="Which version; without it, the one that counts now.",
    schema={"type": "integer", "minimum": 1, "maximum": 10**8},
)
_ECHOED = Query(
    name="echoed",
    about="The hash of the terms that a front end shows; the answer says whether they count now.",
    schema={"type": "string", "maxLength": 64},
)
_LANGUAGE = Query(name="language", about="Of what is told.", schema={"enum": list(_LANGUAGES), "default": "en"})
OPERATIONS = (
    Operation(
        method="GET",
        path="/v1/campaigns",
        name="list_campaigns",
        summary="Where every campaign stands, by id",
        tag="campaigns",
        gives=wire.CampaignsOut,
        role=Role.VIEWER,
        work=_list,
        queries=(CURSOR, LIMIT),
    ),
    Operation(
        method="POST",
        path="/v1/campaigns",
        name="draft_campaign",
        summary="Keep a new campaign as a draft",
        tag="campaigns",
        takes=DOCUMENT,
        gives=wire.MovedOut,
        role=Role.PLANNER,
        status=201,
        work=_draft,
        refusals=("role_missing", "campaign_exists"),
    ),
    Operation(
        method="POST",
        path="/v1/campaign-checks",
        name="check_campaign",
        summary="Every remark on a campaign as things are now; nothing is kept",
        tag="campaigns",
        takes=DOCUMENT,
        gives=LintedOut,
        role=Role.ANALYST,
        work=_check,
        queries=(_LANGUAGE,),
    ),
    Operation(
        method="GET",
        path="/v1/campaigns/{campaign_id}",
        name="get_campaign",
        summary="Where the campaign stands",
        tag="campaigns",
        gives=wire.StandingOut,
        role=Role.VIEWER,
        work=_get,
        refusals=("campaign_unknown",),
    ),
    Operation(
        method="GET",
        path="/v1/campaigns/{campaign_id}/terms",
        name="get_campaign_terms",
        summary="One version of what the campaign promises, as the document that can be sent again",
        tag="campaigns",
        gives=DOCUMENT,
        role=Role.VIEWER,
        work=_terms,
        refusals=("campaign_unknown",),
        queries=(_VERSION,),
    ),
    Operation(
        method="GET",
        path="/v1/campaigns/{campaign_id}/shown-terms",
        name="get_shown_terms",
        summary="What shoppers must be shown of the campaign, with a hash to echo, and whether it is personal",
        tag="campaigns",
        gives=wire.ShownTermsOut,
        role=Role.VIEWER,
        work=_shown,
        refusals=("campaign_unknown",),
        queries=(_LANGUAGE, _ECHOED),
    ),
    Operation(
        method="PUT",
        path="/v1/campaigns/{campaign_id}",
        name="revise_campaign",
        summary="Supersede the terms by a new version; of a campaign that runs it waits for approval",
        tag="campaigns",
        takes=DOCUMENT,
        gives=wire.MovedOut,
        role=Role.PLANNER,
        work=_revise,
        refusals=(*_REFUSALS, "nothing_changes"),
    ),
    Operation(
        method="POST",
        path="/v1/campaigns/{campaign_id}/throttle",
        name="throttle_campaign",
        summary="Give a campaign to a share of the customers only; to give it to more takes who may resume",
        tag="campaigns",
        takes=wire.CampaignThrottle,
        gives=wire.MovedOut,
        role=min(Role.of(word) for word in MAY["throttle"]),
        work=_throttle,
        refusals=(*_REFUSALS, "nothing_changes"),
        rank=Rank.SETTLE,
    ),
    *(_action(action, summary, rank) for action, (summary, rank) in _ACTIONS.items()),
)
