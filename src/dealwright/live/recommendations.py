"""The recommender a service answers with: the one learnt last, knowing what customers bought a moment ago."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from dealwright.app.events.take_till_orders import kept_as
from dealwright.core.errors import WorkspaceError

if TYPE_CHECKING:
    from dealwright.app.events.event_ports import EventLog
    from dealwright.app.recommend.serve_recommendations import Recommendations
    from dealwright.live.followed_orders import FollowedOrders

FOLDER: Final = "models"
_FILES: Final = "recommender-*.npz"


class ServedRecommender:
    """The one that was kept last in the workspace `folder`; `refresh` looks for a newer one, `follow` for orders.

    `log` holds the orders, of all processes; `pseudonym_key` is the secret that customers are kept in it under.
    """

    def __init__(
        self, folder: Path | None, log: EventLog | None = None, *, pseudonym_key: bytes | None = None
    ) -> None:
        self._folder = folder
        self._log = log
        self._pseudonym_key = pseudonym_key
        self._seen: tuple[Path, int] | None = None
        self._served: _Served | None = None

    def current(self, customer: str) -> Recommendations | None:
        """What is served, with all that is known of this customer; None while none was learnt."""
        served = self._served
        if served is None:
            return None
        if served.orders is not None:
            called = kept_as(customer, pseudonym_key=self._pseudonym_key)
            served.orders.tell_of(customer, called=called)
        return served.recommendations

    def refresh(self) -> None:
        """Load a newer one if there is one; while a job has the workspace open, the next time."""
        newest = self._newest()
        if newest is None or newest == self._seen:
            return
        try:
            loaded = _loaded(newest[0])
        except WorkspaceError:  # a job has it open, or writes it
            return
        self._served = None if loaded is None else _Served(loaded, self._followed(loaded))
        self._seen = newest

    def follow(self) -> bool:
        """Tell it what customers ordered since the last time; whether there is more to tell at once."""
        served = self._served
        return served is not None and served.orders is not None and served.orders.follow()

    def _followed(self, loaded: Recommendations) -> FollowedOrders | None:
        from dealwright.live.followed_orders import FollowedOrders

        return None if self._log is None else FollowedOrders(loaded, self._log)

    def _newest(self) -> tuple[Path, int] | None:
        if self._folder is None:
            return None
        found = [(path, path.stat().st_mtime_ns) for path in (self._folder / FOLDER).glob(_FILES)]
        return max(found, key=lambda each: each[1], default=None)


@dataclass(frozen=True, slots=True)
class _Served:
    """A recommender, and who tells it of orders."""

    recommendations: Recommendations
    orders: FollowedOrders | None


def _loaded(file: Path) -> Recommendations | None:
    from dealwright.adapters.recommenders import kept_recommender
    from dealwright.app.recommend.keep_recommender import ask_kept, how_fresh
    from dealwright.app.recommend.serve_recommendations import Recommendations
    from dealwright.workspace import Workspace

    folder, model = file.parent.parent, file.stem.removeprefix("recommender-")
    kept = kept_recommender(folder, model)
    if kept is None:
        return None
    with Workspace(folder) as shop:
        tables = shop.read_tables()
        return Recommendations(ask_kept(kept, tables, None), how_fresh(kept, tables))
