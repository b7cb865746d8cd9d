"""Brings the till to what the books of campaigns say: which promotions to put and which to retire.

The books are the record. Whatever died between the two, the next look finds the difference and mends it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from dealwright.app.campaigns.campaign_ports import CampaignPorts
from dealwright.campaign.campaign import Campaign
from dealwright.campaign.campaign_lint import at_the_till
from dealwright.campaign.life import EVERYBODY, Standing
from dealwright.campaign.promotion import Promotion, Term
from dealwright.campaign.schedule import Schedule
from dealwright.core.errors import InputError
from dealwright.engine.conditions.circumstance import InArm, InShare

TREATMENT = "treatment"
_MOST_LOOKS = 8  # others may change the campaign while it is launched


@dataclass(frozen=True, slots=True)
class Launching:
    """What the till has to do: `put` is put at one moment, then `retire` leaves one by one."""

    put: tuple[Promotion, ...] = ()
    retire: tuple[str, ...] = ()

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to do."""
        return not (self.put or self.retire)


def launched(campaign: Campaign, *, edition: int, share: Fraction = EVERYBODY) -> tuple[Promotion, ...]:
    """The campaign's promotions as the till holds them: `edition` is their version there.

    With a hold-out they ask for the arm "treatment" of the experiment that is called like the campaign; while it is
    throttled, for the `share` of the customers that the draw of that name picks first.
    """
    asked: tuple[Term, ...] = (InArm(campaign.id, (TREATMENT,)),) if campaign.holdout_share else ()
    if share < EVERYBODY:
        asked = (*asked, InShare(campaign.id, share))
    held = (at_the_till(campaign, one, version=edition) for one in campaign.promotions)
    return tuple(replace(one, conditions=(*one.conditions, *asked)) for one in held)


def decide_launch(
    standing: Standing, campaign: Campaign, *, claimed: Iterable[str], in_force: Mapping[str, Promotion]
) -> Launching:
    """What is missing at the till so that it holds what the campaign promises as it stands.

    Whole promotions are compared: other terms under the same version are terms that nobody approved. A promotion
    that goes while others come is put once more, over since the change, so that all of them change at one moment:
    no cart is priced by a mixture.
    """
    wanted = launched(campaign, edition=standing.edition, share=standing.share) if standing.state == "live" else ()
    names = {one.id for one in wanted}
    put = [one for one in wanted if in_force.get(one.id) != one]
    going = [in_force[name] for name in sorted(claimed) if name in in_force and name not in names]
    closing = [one for one in _closed(going, standing) if len(put) + len(going) > 1]
    return Launching((*put, *closing), tuple(one.id for one in going))


def launch_campaign(campaign_id: str, *, ports: CampaignPorts) -> str:
    """Bring the till to what the campaign promises as it stands now; why the till refuses it, or "".

    May be done at any time, by any number of processes.
    """
    for _ in range(_MOST_LOOKS):
        standing = ports.books.standing(campaign_id)
        if standing is None:
            return ""
        found = ports.versions.version(campaign_id, standing.version)
        assert found is not None, standing
        claimed = [name for name, owner in ports.claims.all().items() if owner == campaign_id]
        in_force = {one.id: one for one in ports.shelf.all()}
        launching = decide_launch(standing, found.terms, claimed=claimed, in_force=in_force)
        if launching.is_done:
            return ""
        refused = _carry_out(launching, standing, ports)
        if refused and ports.books.standing(campaign_id) == standing:  # else somebody was faster: look again
            return refused
    return ""


def _carry_out(launching: Launching, standing: Standing, ports: CampaignPorts) -> str:
    if launching.put:
        try:
            ports.shelf.put(launching.put)
        except InputError as error:
            if standing.state == "live":
                return str(error)
            # Nothing keeps a promotion at the till that is to go: they leave one by one then.
    for name in launching.retire:
        ports.shelf.retire(name)
    return ""


def _closed(going: Iterable[Promotion], standing: Standing) -> Iterator[Promotion]:
    for one in going:
        if one.version < standing.edition:
            yield replace(one, version=standing.edition, schedule=Schedule(end=standing.edition_at))
