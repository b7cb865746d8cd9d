"""One campaign as versioned JSON and back, in the way of the codec of promotions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from dealwright.campaign.campaign import Campaign, campaign_problems
from dealwright.campaign.codec import Terms
from dealwright.campaign.fields import unknown_name
from dealwright.campaign.json_schema import Shapes
from dealwright.campaign.json_text import shown, values_of
from dealwright.campaign.reading import UNREAD, Reading
from dealwright.campaign.schedule import Schedule
from dealwright.campaign.schedule_text import read_schedule, text_of
from dealwright.campaign.writing import OwnRules, plain
from dealwright.core.errors import InputError

VERSION = 1
HEAD = "dealwright_campaign"

_RULES: OwnRules = {Schedule: lambda schedule: plain(text_of(schedule), own_rules={})}


def decode_campaign(raw: Mapping[str, Any] | str | bytes, *, conditions: Terms, benefits: Terms) -> Campaign:
    """The campaign a document describes; InputError with all that is wrong, each with its place and a remedy.

    `raw` is the JSON text, or the values it holds.
    """
    document = values_of(raw) if isinstance(raw, str | bytes) else raw
    if not isinstance(document, Mapping):
        raise InputError(f'a document is {{"{HEAD}": {VERSION}, "campaign": {{…}}}}; given {shown(document)}')
    reading = Reading(conditions, benefits, own_rules={Schedule: read_schedule})
    for name in document:
        if name not in (HEAD, "campaign"):
            reading.refuse("", unknown_name("field", name, [HEAD, "campaign"]))
    version = document.get(HEAD)
    if isinstance(version, bool) or version != VERSION:
        said = shown(version) if HEAD in document else "nothing"
        reading.refuse(HEAD, f"give {VERSION}, the version this release reads; given {said}")
    read = reading.object_of(Campaign, document.get("campaign", {}), "campaign")
    if read is not UNREAD:
        for problem in campaign_problems(read):
            reading.refuse("campaign", problem)
    reading.finish()
    assert isinstance(read, Campaign), read
    return read


def encode_campaign(campaign: Campaign) -> dict[str, Any]:
    """The document that `decode_campaign` reads, in one canonical form; what is as usual is left out."""
    return {HEAD: VERSION, "campaign": plain(campaign, own_rules=_RULES)}


def campaign_text(campaign: Campaign) -> str:
    """The document as text: the same campaign always gives the same bytes."""
    return json.dumps(encode_campaign(campaign), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def campaign_schema(*, conditions: Terms, benefits: Terms) -> dict[str, Any]:
    """The JSON Schema of the document, for editors and other programs."""
    shapes = Shapes(conditions, benefits)
    campaign = shapes.object_of(Campaign)
    return shapes.document("A campaign of a shop", head=HEAD, version=VERSION, name="campaign", part=campaign)
