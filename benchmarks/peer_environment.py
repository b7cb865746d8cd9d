"""Peers run in environments of their own under benchmarks/out/, made anew when their pins change."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import venv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
PEERS = HERE / "peers"


@cache
def python_of(name: str, *, pins: Path) -> str:
    """The Python of environment `name`, which holds what the file `pins` lists."""
    place = HERE / "out" / f"peer-{name}"
    python, ready = place / "bin" / "python", place / f".ready-{hashlib.sha256(pins.read_bytes()).hexdigest()[:12]}"
    if not ready.exists():
        venv.create(place, with_pip=True, clear=True)
        install = [str(python), "-m", "pip", "install", "--quiet", "-r", str(pins)]
        subprocess.run(install, check=True, stdout=sys.stderr)
        ready.touch()
    return str(python)


@dataclass(frozen=True, slots=True)
class Told:
    """What a peer printed, or in one line why there is no answer."""

    text: str = ""
    trouble: str = ""


def ask_peer(
    name: str, *arguments: str, given: str = "", python: str | None = None, patience_seconds: int = 900
) -> Told:
    """Run benchmarks/peers/<name>.py with these arguments and input; never raises for a peer that cannot be had.

    `python` is an environment that holds the peer already.
    """
    try:
        done = subprocess.run(
            [python or python_of(name, pins=PEERS / f"{name}.txt"), str(PEERS / f"{name}.py"), *arguments],
            input=given,
            capture_output=True,
            text=True,
            timeout=patience_seconds,
            check=True,
        )
    except (OSError, subprocess.SubprocessError) as error:
        said = str(getattr(error, "stderr", None) or error).strip()
        return Told(trouble=said.splitlines()[-1] if said else type(error).__name__)
    return Told(done.stdout)
