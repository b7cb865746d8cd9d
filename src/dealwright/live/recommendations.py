"""The recommender a service answers with: loaded when it was learnt, and anew whenever it was learnt anew."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from dealwright.core.errors import WorkspaceError

if TYPE_CHECKING:
    from dealwright.app.serve_recommendations import Recommendations

FOLDER: Final = "models"
_FILES: Final = "recommender-*.npz"


class ServedRecommender:
    """The one that was kept last in the workspace `folder`; `refresh` looks for a newer one."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._seen: tuple[Path, int] | None = None
        self._served: Recommendations | None = None

    @property
    def current(self) -> Recommendations | None:
        """What is served; None while none was learnt."""
        return self._served

    def refresh(self) -> None:
        """Load a newer one if there is one; while a job has the workspace open, the next time."""
        newest = self._newest()
        if newest is None or newest == self._seen:
            return
        try:
            self._served = _loaded(newest[0])
        except WorkspaceError:  # a job has it open, or writes it
            return
        self._seen = newest

    def _newest(self) -> tuple[Path, int] | None:
        if self._folder is None:
            return None
        found = [(path, path.stat().st_mtime_ns) for path in (self._folder / FOLDER).glob(_FILES)]
        return max(found, key=lambda each: each[1], default=None)


def _loaded(file: Path) -> Recommendations | None:
    from dealwright.adapters.recommenders import kept_recommender
    from dealwright.app.keep_recommender import ask_kept, how_fresh
    from dealwright.app.serve_recommendations import Recommendations
    from dealwright.workspace import Workspace

    folder, model = file.parent.parent, file.stem.removeprefix("recommender-")
    kept = kept_recommender(folder, model)
    if kept is None:
        return None
    with Workspace(folder) as shop:
        tables = shop.read_tables()
        return Recommendations(ask_kept(kept, tables, None), how_fresh(kept, tables))
