"""stockpyl's answers to instances of benchmarks/supply.py: JSON on stdin, JSON on stdout.

In: a list of {"kind": one of newsvendor_normal, newsvendor_poisson, newsvendor_drawn, wagner_whitin, order_up_to,
fixed_lot, "given": the problem}. Out: {"version", "answers": a list of {"cost", "levels"}, "cpu_seconds" by kind}.
Runs in an environment of its own; imports are not counted.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter, defaultdict
from importlib.metadata import version
from typing import Any

from stockpyl.newsvendor import newsvendor_discrete, newsvendor_normal, newsvendor_poisson
from stockpyl.rq import r_q_poisson_exact
from stockpyl.ss import s_s_discrete_exact
from stockpyl.wagner_whitin import wagner_whitin


def answer(kind: str, given: dict[str, Any]) -> tuple[list[float], float]:
    if kind == "newsvendor_normal":
        units, cost = newsvendor_normal(**given)
        return [units], cost
    if kind == "newsvendor_poisson":
        units, cost = newsvendor_poisson(**given)
        return [units], cost
    if kind == "newsvendor_drawn":
        draws = Counter(given.pop("draws"))
        total = sum(draws.values())
        units, cost = newsvendor_discrete(**given, demand_pmf={d: n / total for d, n in draws.items()})
        return [units], cost
    if kind == "wagner_whitin":
        orders, cost, *_ = wagner_whitin(**given)
        return list(orders[1:]), cost
    if kind == "order_up_to":
        reorder, up_to, cost = s_s_discrete_exact(**given, use_poisson=True)
        return [reorder, up_to], cost
    reorder, lot, cost = r_q_poisson_exact(**given)
    return [reorder, lot], cost


def main() -> None:
    answers: list[dict[str, Any]] = []
    seconds: defaultdict[str, float] = defaultdict(float)
    for case in json.load(sys.stdin):
        began = time.process_time()
        levels, cost = answer(case["kind"], case["given"])
        seconds[case["kind"]] += time.process_time() - began
        answers.append({"levels": [float(level) for level in levels], "cost": float(cost)})
    print(json.dumps({"version": version("stockpyl"), "answers": answers, "cpu_seconds": seconds}))


if __name__ == "__main__":
    main()
