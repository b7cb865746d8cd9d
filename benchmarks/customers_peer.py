"""Asks a peer, in an environment of its own under benchmarks/out/, what it makes of customers."""

from __future__ import annotations

import hashlib
import json
import subprocess
import venv
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PATIENCE_SECONDS = 900


def ask(name: str, *, given: str = "") -> dict[str, Any] | str:
    """What benchmarks/peers/<name>.py prints, given its input; why there is no answer if it cannot be had."""
    try:
        script = HERE / "peers" / f"{name}.py"
        done = subprocess.run(
            [_python(name), str(script)],
            input=given,
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError) as error:
        said = str(getattr(error, "stderr", None) or error).strip()
        return said.splitlines()[-1]
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def _python(name: str) -> str:
    """The Python of the peer's environment, made on first use and when its pins change."""
    pins = HERE / "peers" / f"{name}.txt"
    place = HERE / "out" / f"peer-{name}"
    python, ready = place / "bin" / "python", place / f".ready-{hashlib.sha256(pins.read_bytes()).hexdigest()[:12]}"
    if not ready.exists():
        venv.create(place, with_pip=True, clear=True)
        install = [str(python), "-m", "pip", "install", "--quiet", "-r", str(pins)]
        subprocess.run(install, check=True, capture_output=True, text=True, timeout=PATIENCE_SECONDS)
        ready.touch()
    return str(python)
