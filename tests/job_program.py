"""A program for the process of a job, for tests: the workspace's file `orders.txt` says what it does."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from dealwright.adapters.jobs.child import speak
from dealwright.core.errors import InputError


def work(request: Mapping[str, Any], progress: Callable[[str, float], None]) -> Mapping[str, Any]:
    folder = Path(request["folder"])
    (folder / "pids.txt").open("a").write(f"{os.getpid()}\n")
    match (folder / "orders.txt").read_text():
        case "count":
            progress("counting", 0.25)
            os.write(1, b"what libraries print does no harm\n")
            return {"kind": request["kind"], "options": request["options"]}
        case "sleep":
            progress("sleeping", 0.5)
            time.sleep(60)
        case "refuse":
            raise InputError("no sales", "no products")
        case "break":
            raise RuntimeError("customer C-42 is called Ann")
        case "die":
            os._exit(9)
        case "killed":
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(60)
        case "group":
            return {"is_in_a_group_of_its_own": os.getpgid(0) == os.getpid()}
    return {}


if __name__ == "__main__":
    speak(work)
