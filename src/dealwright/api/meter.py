"""Counts what is served, and tells it in the text format that Prometheus reads (0.0.4).

Counters are plain numbers of this process: requests are counted on the event loop alone, which has one thread.
"""

from __future__ import annotations

import os
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from dealwright import __version__

MEDIA_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
BOUNDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)

Count = Callable[[int, float], None]


class _Served:
    """One operation: how many answers of each status, and how long they took."""

    __slots__ = ("buckets", "by_status", "seconds")

    def __init__(self) -> None:
        self.by_status: dict[int, int] = {}
        self.buckets = [0] * (len(BOUNDS) + 1)
        self.seconds = 0.0


class Meter:
    """What this process has served since it started.

    >>> "dealwright_build_info" in Meter().text()
    True
    """

    def __init__(self) -> None:
        self._served: dict[str, _Served] = {}

    def counter(self, operation: str) -> Count:
        """What to call with each answer of the operation of this name: its status, and its seconds."""
        served = self._served.setdefault(operation, _Served())

        def count(status: int, seconds: float) -> None:
            served.by_status[status] = served.by_status.get(status, 0) + 1
            served.buckets[bisect_left(BOUNDS, seconds)] += 1
            served.seconds += seconds

        return count

    def text(self, gauges: Mapping[str, tuple[str, Mapping[str, float]]] | None = None) -> str:
        """All counters and the given gauges: name to what it is and its values by label (like `state="done"`)."""
        return "".join(f"{line}\n" for line in self._lines(gauges or {}))

    def _lines(self, gauges: Mapping[str, tuple[str, Mapping[str, float]]]) -> Iterator[str]:
        worker = f'worker="{os.getpid()}"'
        yield from _head("dealwright_build_info", "Which version answers.", "gauge")
        yield f'dealwright_build_info{{version="{__version__}"}} 1'
        yield from _head("dealwright_requests_total", "Answers by operation and status.", "counter")
        for name, served in self._served.items():
            for status, n in sorted(served.by_status.items()):
                yield f'dealwright_requests_total{{{worker},operation="{name}",status="{status}"}} {n}'
        yield from _head("dealwright_request_seconds", "Time to answer, by operation.", "histogram")
        for name, served in self._served.items():
            if served.by_status:
                yield from _histogram(f'{worker},operation="{name}"', served)
        for name, (about, values) in gauges.items():
            yield from _head(name, about, "gauge")
            for labels, value in values.items():
                told = ",".join(each for each in (worker, labels) if each)
                yield f"{name}{{{told}}} {value:g}"


def _head(name: str, about: str, kind: str) -> Iterable[str]:
    return (f"# HELP {name} {about}", f"# TYPE {name} {kind}")


def _histogram(labels: str, served: _Served) -> Iterator[str]:
    total = 0
    for bound, n in zip((*BOUNDS, float("inf")), served.buckets, strict=True):
        total += n
        shown = "+Inf" if bound == float("inf") else f"{bound:g}"
        yield f'dealwright_request_seconds_bucket{{{labels},le="{shown}"}} {total}'
    yield f"dealwright_request_seconds_sum{{{labels}}} {served.seconds:.6f}"
    yield f"dealwright_request_seconds_count{{{labels}}} {total}"
