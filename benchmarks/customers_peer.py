"""Asks a peer, in an environment of its own under benchmarks/out/, what it makes of customers."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from peer_environment import python_of

HERE = Path(__file__).parent
PATIENCE_SECONDS = 900


def ask(name: str, *, given: str = "") -> dict[str, Any] | str:
    """What benchmarks/peers/<name>.py prints, given its input; why there is no answer if it cannot be had."""
    try:
        script = HERE / "peers" / f"{name}.py"
        done = subprocess.run(
            [python_of(name, pins=HERE / "peers" / f"{name}.txt"), str(script)],
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
