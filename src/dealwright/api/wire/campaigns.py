"""Where campaigns stand, as clients get it; campaigns themselves travel in the document of `campaign_codec`."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from dealwright.api.wire.promotions import RemarkOut
from dealwright.api.wire.shape import shaped
from dealwright.campaign.life import Standing
from dealwright.campaign.lint import Remark

_Number = Annotated[int, Meta(ge=1, le=10**9)]
_Reason = Annotated[str, Meta(max_length=500, extra_json_schema={"pattern": "^[^\\u0000]*$"})]


class CampaignMove(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """Why something is done with a campaign. `version` is the one that is approved or rejected; `revision` the one
    that was looked at: if the campaign has changed since, nothing is done.
    """

    reason: _Reason = ""
    version: _Number | None = None
    revision: _Number | None = None


class StandingOut(Struct, frozen=True):
    """Where a campaign stands: draft, submitted, approved, scheduled, live, paused, ended or rolled_back.

    `version` is the one whose terms count, `newest` the highest there is, `proposed` one that waits for approval,
    `previous` the one a roll back restores (0: none). `hands` may not approve what waits.
    """

    campaign_id: str
    state: str
    version: int
    newest: int
    proposed: int
    previous: int
    hands: tuple[str, ...]
    approved_by: str
    reason: str
    revision: int
    edition: int
    edition_at: datetime | None


class CampaignsOut(Struct, frozen=True):
    """Campaigns by id; `next` is the cursor of the page after, empty if there is none."""

    campaigns: tuple[StandingOut, ...]
    next: str


class MovedOut(Struct, frozen=True):
    """Where the campaign stands now, and what the checks remarked."""

    campaign: StandingOut
    remarks: tuple[RemarkOut, ...]


def standing_out(standing: Standing) -> StandingOut:
    """The shape of a standing."""
    return shaped(standing, StandingOut)


def remarks_out(remarks: tuple[Remark, ...]) -> tuple[RemarkOut, ...]:
    """The shapes of remarks."""
    return tuple(shaped(one, RemarkOut) for one in remarks)
