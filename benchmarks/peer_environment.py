"""The Python of a peer: an environment of its own under benchmarks/out/, made anew when its pins change."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import venv
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent


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
