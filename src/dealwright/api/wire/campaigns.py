"""Where campaigns stand, as clients get it; campaigns themselves travel in the document of `campaign_codec`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from dealwright.api.wire.promotions import RemarkOut
from dealwright.api.wire.shape import shaped
from dealwright.app.campaigns.show_terms import ShownOffer
from dealwright.campaign.decimals import decimal_text
from dealwright.campaign.life import Standing
from dealwright.campaign.lint import Remark

_Number = Annotated[int, Meta(ge=1, le=10**9)]
_Share = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=8,
        pattern=r"^(1(\.0{1,6})?|0\.0{0,5}[1-9][0-9]{0,5})$",
        description='above 0 and at most 1, as a decimal in text, like "0.5"',
        examples=["0.5"],
    ),
]
_Reason = Annotated[str, Meta(max_length=500, extra_json_schema={"pattern": "^[^\\u0000]*$"})]


class CampaignMove(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """Why something is done with a campaign. `version` is the one that is approved or rejected; `revision` the one
    that was looked at: if the campaign has changed since, nothing is done.
    """

    reason: _Reason = ""
    version: _Number | None = None
    revision: _Number | None = None


class CampaignThrottle(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """To which share of the customers a campaign is given from now on, always the same ones; "1" is everybody.

    `reason` and `revision` as in `CampaignMove`.
    """

    share: _Share
    reason: _Reason = ""
    revision: _Number | None = None


class StandingOut(Struct, frozen=True):
    """Where a campaign stands: draft, submitted, approved, scheduled, live, paused, ended or rolled_back.

    `version` is the one whose terms count, `newest` the highest there is, `proposed` one that waits for approval,
    `previous` the one a roll back restores (0: none). `hands` may not approve what waits. `share` of the customers
    get it: "1" is everybody, less while it is throttled.
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
    share: str


class CampaignsOut(Struct, frozen=True):
    """Campaigns by id; `next` is the cursor of the page after, empty if there is none."""

    campaigns: tuple[StandingOut, ...]
    next: str


class MovedOut(Struct, frozen=True):
    """Where the campaign stands now, and what the checks remarked."""

    campaign: StandingOut
    remarks: tuple[RemarkOut, ...]


class OfferOut(Struct, frozen=True):
    """What a shopper must be shown of one promotion. Texts are empty where there is no such term.

    `version` is that of evaluations. `digest` is the SHA-256 that a front end which shows these terms echoes.
    `personalised` says that it depends on who the shopper is, by terms of the kinds in `reasons`: a cart that is
    priced without `shopper` does not get it.
    """

    promotion_id: str
    version: int
    sentence: str
    benefit: str
    conditions: tuple[str, ...]
    start: str
    end: str
    zone: str
    stacking: str
    units: int | None
    uses: int | None
    digest: str
    personalised: bool
    reasons: tuple[str, ...]


class ShownTermsOut(Struct, frozen=True):
    """The promotions of a campaign as shoppers must be shown them.

    `honours` says what is kept when terms change: what is held keeps its price. `is_current` says of the hash that
    was echoed whether it is of terms that count now; null if none was.
    """

    offers: tuple[OfferOut, ...]
    honours: str
    is_current: bool | None


def shown_out(offers: Sequence[ShownOffer], *, is_current: bool | None) -> ShownTermsOut:
    """The shape of what must be shown."""
    return ShownTermsOut(tuple(map(_offer_out, offers)), "held_prices", is_current)


def _offer_out(offer: ShownOffer) -> OfferOut:
    own = ("personalised", "reasons")
    told = {name: getattr(offer.terms, name) for name in OfferOut.__struct_fields__ if name not in own}
    return OfferOut(**told, personalised=bool(offer.personal), reasons=offer.personal)


def standing_out(standing: Standing) -> StandingOut:
    """The shape of a standing."""
    return StandingOut(
        **{name: getattr(standing, name) for name in StandingOut.__struct_fields__ if name != "share"},
        share=decimal_text(standing.share),
    )


def remarks_out(remarks: tuple[Remark, ...]) -> tuple[RemarkOut, ...]:
    """The shapes of remarks."""
    return tuple(shaped(one, RemarkOut) for one in remarks)
