"""Effects: what a campaign changed, by the customers who were held out."""

from __future__ import annotations

from dealwright.api.operations import Answer, Asked, Operation
from dealwright.api.problems import refuse
from dealwright.api.wire import effects as wire
from dealwright.app.service.access_ports import Role
from dealwright.core.errors import InputError
from dealwright.live.effects import measured_campaign


def _effect(asked: Asked[None]) -> Answer:
    live, name = asked.service.live, asked.names["campaign_id"]
    if live.campaigns.standing(name) is None:
        raise refuse("campaign_unknown", f"no campaign is called {name!r}")
    try:
        return wire.effect_out(measured_campaign(live.campaigns, live.events, name))
    except InputError as refusal:
        raise refuse("no_holdout", str(refusal)) from refusal


OPERATIONS = (
    Operation(
        method="GET",
        path="/v1/campaigns/{campaign_id}/effect",
        name="get_campaign_effect",
        summary="What the campaign changed, by its hold-out, with ranges",
        tag="campaigns",
        gives=wire.EffectOut,
        role=Role.ANALYST,
        work=_effect,
        refusals=("campaign_unknown", "no_holdout"),
    ),
)
