"""Keys and a served till that asks for them, for tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from starlette.testclient import TestClient

from dealwright.api.access import KeyGuard
from dealwright.api.server import make_app
from dealwright.api.service import open_live
from dealwright.app.service.access_ports import Role
from dealwright.live.keys import Keys, open_keys
from dealwright.till import open_till
from ledgers import SetClock


def shown(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


@dataclass(frozen=True)
class Locked:
    """A till behind keys: a secret for each role without limit, the books of keys, the guard, the clock."""

    client: TestClient
    keys: Keys
    guard: KeyGuard
    clock: SetClock
    secrets: dict[Role, str]

    def made(self, role: str, *, days: int | None = None, per_second: int = 1_000, burst: int | None = None) -> str:
        secret = self.keys.new(role, "made later", days=days, per_second=per_second, burst=burst).secret
        self.guard.refresh()
        return secret


@contextmanager
def a_locked_till() -> Iterator[Locked]:
    clock = SetClock()
    till = open_till("memory:", clock=clock)
    keys = open_keys(till)
    secrets = {role: keys.new(role.word, f"the {role.word}'s", per_second=0).secret for role in Role}
    guard = KeyGuard(keys)
    with (
        TemporaryDirectory() as folder,
        TestClient(make_app(till, guard=guard, live=open_live(till, Path(folder)))) as client,
    ):
        yield Locked(client, keys, guard, clock, secrets)
