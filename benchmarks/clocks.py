"""What a piece of work cost: wall seconds, CPU seconds, peak memory of this process."""

from __future__ import annotations

import resource
import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reading:
    wall_seconds: float
    cpu_seconds: float

    @classmethod
    def now(cls) -> Reading:
        usage = resource.getrusage(resource.RUSAGE_SELF)
        return cls(time.perf_counter(), usage.ru_utime + usage.ru_stime)

    def since(self, earlier: Reading) -> str:
        wall, cpu = self.wall_seconds - earlier.wall_seconds, self.cpu_seconds - earlier.cpu_seconds
        return f"{wall:7.2f} s wall {cpu:7.2f} s CPU"


def peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
