"""Puts every promise to the test, one after the other."""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import make_url

from dealwright.core.errors import InputError
from dealwright.core.version import __version__
from dealwright.prove import crash, expiry, guesses, money, races, sales, windows
from dealwright.prove.crew import Crew, hired
from dealwright.prove.proof import Proof, Report
from dealwright.prove.server import bundled_server

BUNDLED = "bundled"
Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class Size:
    """How much is tried: seeds of each race and crash round, carts, zones, codes and guesses."""

    n_seeds: int
    n_crash_rounds: int
    n_carts: int
    n_zones: int | None
    n_codes: int
    n_guesses: int
    n_timed: int


SIZES = {
    "quick": Size(2, 1, 2_000, 30, 10_000, 2_000, 2_000),
    "standard": Size(10, 4, 10_000, 120, 100_000, 20_000, 20_000),
    "thorough": Size(50, 16, 1_000_000, None, 1_000_000, 1_000_000, 100_000),
}


@dataclass(frozen=True, slots=True)
class _Ground:
    url: str
    crew: Crew
    size: Size
    first_seed: int
    kill_server: Callable[[], float] | None

    @property
    def seeds(self) -> range:
        return range(self.first_seed, self.first_seed + self.size.n_seeds)

    @property
    def crash_rounds(self) -> range:
        return range(self.first_seed, self.first_seed + self.size.n_crash_rounds)


@dataclass(frozen=True, slots=True)
class _Part:
    """What proves some promises in one go."""

    promises: tuple[str, ...]
    what: str
    prove: Callable[[_Ground], tuple[Proof, ...]]


# What is proved, in the order of the report.
_PARTS = (
    _Part(("R1",), "no oversell", lambda g: (races.prove_no_oversell(g.url, g.crew, seeds=g.seeds),)),
    _Part(("R1",), "flash sales", lambda g: (sales.prove_flash(g.url, g.crew, seeds=g.seeds),)),
    _Part(
        ("R2",), "no double redemption", lambda g: (races.prove_no_double_redemption(g.url, g.crew, seeds=g.seeds),)
    ),
    _Part(("R2",), "one customer", lambda g: (races.prove_customer_limit(g.url, g.crew, seeds=g.seeds),)),
    _Part(
        ("R3", "R4", "R10"),
        "crashes",
        lambda g: crash.prove_crashes(g.url, seeds=g.crash_rounds, kill_server=g.kill_server),
    ),
    _Part(("R5",), "expiry", lambda g: (expiry.prove_expiry(g.url, g.crew, seeds=g.seeds),)),
    _Part(("R6",), "budget", lambda g: (races.prove_budget(g.url, g.crew, seeds=g.seeds),)),
    _Part(("R7",), "group buys", lambda g: (sales.prove_groups(g.url, g.crew, seeds=g.seeds),)),
    _Part(("R8",), "money", lambda g: (money.prove_money(g.crew, seed=g.first_seed, n_carts=g.size.n_carts),)),
    _Part(
        ("R9",),
        "same answer",
        lambda g: (money.prove_same_answer(g.crew, seed=g.first_seed, n_carts=g.size.n_carts // 10),),
    ),
    _Part(("T1",), "windows", lambda g: (windows.prove_windows(seed=g.first_seed, n_zones=g.size.n_zones),)),
    _Part(("T2",), "clock skew", lambda g: (windows.prove_skew(g.url),)),
    _Part(("L6",), "guessing", lambda g: (_guessing(g),)),
    _Part(("R11",), "accelerators", lambda _: (_no_accelerator(),)),
)


def prove(url: str, *, size: str, seed: int, progress: Progress, only: Sequence[str] = ()) -> Report:
    """All proofs against fresh databases beside the one at `url`, or against a server of our own ("bundled").

    With `only`, the proofs of these promises ("R8"). InputError for an address that is not SQLite or PostgreSQL, an
    unknown size or promise.
    """
    if size not in SIZES:
        raise InputError.unknown("size", size, SIZES)
    parts = _wanted(only)
    began = datetime.now(UTC).isoformat(timespec="seconds")
    with _place(url) as (place, kill_server), hired() as crew:
        ground = _Ground(place, crew, SIZES[size], seed, kill_server)
        proofs: list[Proof] = []
        for k, part in enumerate(parts):
            progress(f"{', '.join(part.promises)} {part.what}", k / len(parts))
            proofs += part.prove(ground)
        progress("done", 1.0)
    machine = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    shown = "a PostgreSQL server of our own" if url == BUNDLED else make_url(url).render_as_string()
    return Report(__version__, shown, machine, began, tuple(proofs))


def _wanted(only: Sequence[str]) -> tuple[_Part, ...]:
    known = dict.fromkeys(promise for part in _PARTS for promise in part.promises)
    for promise in only:
        if promise not in known:
            raise InputError.unknown("promise", promise, known)
    return tuple(part for part in _PARTS if not only or set(only) & set(part.promises))


@contextmanager
def _place(url: str) -> Iterator[tuple[str, Callable[[], float] | None]]:
    if url == BUNDLED:
        with bundled_server() as server:
            yield server.url, server.kill
        return
    if not url.startswith(("sqlite:", "postgresql:")):
        raise InputError(
            f"{url!r} cannot be proved; "
            f"give sqlite:///till.db, postgresql://user:password@host/database or {BUNDLED}"
        )
    yield url, None


def _guessing(ground: _Ground) -> Proof:
    size = ground.size
    return guesses.prove_guessing(
        ground.url, seed=ground.first_seed, n_codes=size.n_codes, n_guesses=size.n_guesses, n_timed=size.n_timed
    )


def _no_accelerator() -> Proof:
    claim = "units live in the ledger alone: there is no cache that could lose or invent any"
    return Proof("R11", claim, (), 0, (), 0.0, left_out="nothing to lose: the till has no accelerator to wipe")
