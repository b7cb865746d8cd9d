"""What watching campaigns needs of the outside: minutes, what is watched, a place for alerts, somebody who acts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from dealwright.campaign.guardrail import DEFAULT_GUARDRAILS, Guardrail
from dealwright.core.verdict import Verdict
from dealwright.monitor.abuse import Kept, Try, Use
from dealwright.monitor.alert import Alert, State
from dealwright.monitor.expectation import Expectation
from dealwright.monitor.respond import Acted, Response
from dealwright.monitor.stock import Shelf
from dealwright.monitor.tally import Tally


@dataclass(frozen=True, slots=True)
class Habits:
    """What customers did with a campaign of late, for whoever looks for abuse."""

    uses: tuple[Use, ...] = ()
    tries: tuple[Try, ...] = ()
    kept: tuple[Kept, ...] = ()


NO_HABITS = Habits()


@dataclass(frozen=True, slots=True)
class WatchedCampaign:
    """A campaign that is live: its limits, its plan, and `since` when what holds at the till has not changed.

    Only minutes that start from `since` on count: what the version before did is not this one's harm. (The minute
    in which versions changed holds some of both and counts for neither; that in which the campaign first went live
    counts.) `revision` is the campaign as it was seen.

    A customer is counted when first seen and when first buying, ever: arms are compared from `launched_at` on
    (None: from `since`), over pauses. `has_new_terms`, if others than at the launch, make that no comparison.
    """

    campaign_id: str
    since: datetime
    expectation: Expectation
    guardrails: tuple[Guardrail, ...] = DEFAULT_GUARDRAILS
    owner: str = ""
    revision: int | None = None
    shelves: tuple[Shelf, ...] = ()
    habits: Habits = NO_HABITS
    launched_at: datetime | None = None
    has_new_terms: bool = False


@dataclass(frozen=True, slots=True)
class Unwatched:
    """A campaign that is live and cannot be watched, and why."""

    campaign_id: str
    reason: str
    owner: str = ""


class Watched(Protocol):
    """The campaigns that are watched."""

    def watched(self, now: datetime) -> Sequence[WatchedCampaign | Unwatched]:
        """Those that are live now; one that cannot be watched keeps nobody from watching the others."""
        ...


class Minutes(Protocol):
    """What happened, minute by minute."""

    def tallies(
        self, campaign_id: str, *, since: datetime | None = None, until: datetime | None = None
    ) -> tuple[Tally, ...]:
        """The minutes of a campaign that start in [since, until), in order."""
        ...


class AlertBooks(Protocol):
    """Alerts, and what was done about them by itself."""

    def alerts(
        self, *, campaign_id: str | None = None, states: Sequence[State] = (), limit: int = 1_000
    ) -> tuple[Alert, ...]:
        """Alerts, the newest first; of one campaign, or in some states only if asked for."""
        ...

    def keep(self, alerts: Sequence[Alert], *, over: Sequence[Alert] = (), acted: Sequence[Acted] = ()) -> None:
        """Write alerts, new or seen again, and automatic actions; all of it or nothing.

        First those of `over` are closed that are still as they are given. A danger (`Alert.key`) has one alert that
        is not closed: another is not written. Of an alert that is there already, state and owner stay as they are,
        and nothing of it changes once it is closed.
        """
        ...

    def hand(self, alert: Alert) -> bool:
        """Write the alert's state and owner, and nothing else of it; False if it is closed by now."""
        ...

    def acted(self, since: datetime) -> tuple[Acted, ...]:
        """Automatic actions from `since` on, in order."""
        ...


class AlertPages(Protocol):
    """Alerts, for who reads them."""

    def alert(self, alert_id: str) -> Alert | None:
        """One alert, whatever its state."""
        ...

    def page(self, *, states: Sequence[State], behind: Alert | None = None, limit: int) -> tuple[Alert, ...]:
        """Alerts in these states, those that arose last first, from behind one on.

        Being seen again or closed moves no alert, so pages neither miss nor repeat one.
        """
        ...


class Acting(Protocol):
    """Whoever carries actions out."""

    def act(self, response: Response, *, revision: int | None) -> Verdict:
        """Do it, at once and everywhere; a Verdict with the reason if it cannot be done.

        Nothing is done to a campaign that has another revision by now: somebody else was faster.
        """
        ...


@dataclass(frozen=True, slots=True)
class WatchPorts:
    """Everything a look needs. Without `acting`, actions are proposed and none is taken."""

    watched: Watched
    minutes: Minutes
    alerts: AlertBooks
    acting: Acting | None = None
