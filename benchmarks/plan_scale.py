"""Calendars of thousands of items, proven: dealwright beside one large programme (HiGHS), CP-SAT and POP.

Run with: make bench-plan_scale   (benchmarks/plan_scale.py --quick leaves out the large instances)

Instances are those of plan_instances.py: 8 levels (none and seven depths), a gap as long as the memory, so that
the linearisation is exact and every method solves the same problem; caps per category and week, and a budget. The
objective is the gain over no promotion, so a gap is a share of the gain. Every row runs in a process of its own
with one thread; cost is that of solving, peak memory that of the whole process. HiGHS and CP-SAT stop at a gap of
0.1 % or after a limit of wall seconds. Then, where promotions may meet one another's dip, what POP's plans (Cohen
et al. 2017) truly earn on twelve seeds. Exits with 1 if a claim fails.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from clocks import Reading, peak_mib
from dealwright.plan.calendar import CalendarProblem, solve_calendar, solve_linearised
from dealwright.plan.calendar.compact import Compact, compact
from dealwright.plan.calendar.incumbent import admitted
from peer_environment import python_of
from plan_instances import make_calendar

Ints = NDArray[np.int64]

HERE = Path(__file__).parent
PEER_SCRIPT = HERE / "peers" / "plan_cpsat.py"
PEER_PINS = HERE / "peers" / "plan_cpsat.txt"
N_OFFERS = 8
PEER_GAP = 1e-3
PEER_SECONDS = 60
LARGEST_FOR_PEERS = 400_000
"""Promotions; beyond, one large programme does not get past its first relaxation within the limit."""
SEEDS = range(12)
OURS, POP, HIGHS, CPSAT = "dealwright", "POP", "HiGHS", "CP-SAT"


@dataclass(frozen=True, slots=True)
class Case:
    """An instance, and the gap and CPU seconds claimed."""

    n: int
    n_periods: int
    most_gap: float
    most_cpu_seconds: float
    is_budget_weekly: bool = False
    is_large: bool = False

    def make(self) -> CalendarProblem:
        return make_calendar(self.n, self.n_periods, N_OFFERS, is_budget_weekly=self.is_budget_weekly)

    def __str__(self) -> str:
        return f"{self.n:,} x {self.n_periods}" + (", weekly budgets" if self.is_budget_weekly else "")


CASES = (
    Case(200, 13, 1e-3, 5),
    Case(1_000, 13, 1e-3, 5),
    Case(1_000, 13, 1e-3, 5, is_budget_weekly=True),
    Case(5_000, 13, 1e-3, 15, is_large=True),
    Case(20_000, 13, 1e-2, 60, is_large=True),
    Case(1_000, 52, 1e-3, 15, is_large=True),
)
MOST_MIB = 2048
LEAST_FOR_GROWTH = 5_000
"""Smaller instances can be done once the first mix is rounded, so that time grows faster from there; told, too."""
MOST_POWER = 1.25
"""CPU seconds grow as the items to at most this power."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a method found; nothing (NaN) where it found no calendar."""

    objective: float
    bound: float
    wall_seconds: float
    cpu_seconds: float
    peak_mib: float

    @property
    def gap(self) -> float:
        return (self.bound - self.objective) / abs(self.objective)

    def __str__(self) -> str:
        numbers = f"{'none found':>13} {'-':>13} {'-':>10}"
        if np.isfinite(self.objective):
            numbers = f"{self.objective:>13,.0f} {self.bound:>13,.0f} {self.gap:>10.4%}"
        return f"{numbers} {self.cpu_seconds:8.2f} {self.wall_seconds:8.2f} {self.peak_mib:7,.0f}"


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--quick", action="store_true", help="leave out the large instances")
    asked.add_argument("--case", type=int, help=argparse.SUPPRESS)
    asked.add_argument("--method", help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.case is not None:
        print(json.dumps(asdict(METHODS[given.method](CASES[given.case]))))
        return
    failed: list[str] = []
    cpu_seconds: dict[int, float] = {}
    print(f"{'items x weeks':26} {'method':10} {'objective':>13} {'bound':>13} {'gap':>10}", end=" ")
    print(f"{'CPU s':>8} {'wall s':>8} {'MiB':>7}", flush=True)
    for number, case in enumerate(CASES):
        if not (given.quick and case.is_large):
            failed += _tell_case(number, case, cpu_seconds)
    failed += _tell_growth(cpu_seconds)
    failed += _tell_pop()
    for claim in failed:
        print(f"FAILED: {claim}")
    sys.exit(1 if failed else 0)


def _tell_case(number: int, case: Case, cpu_seconds: dict[int, float]) -> list[str]:
    """Print the rows of one instance; the claims that fail."""
    results: dict[str, Result] = {}
    for method in METHODS:
        is_peer = method in (HIGHS, CPSAT)
        if is_peer and case.n * case.n_periods * (N_OFFERS - 1) > LARGEST_FOR_PEERS:
            print(f"{case!s:26} {method:10} left out: too large for one programme", flush=True)
            continue
        if method == CPSAT and peer_python() is None:
            print(f"{case!s:26} {method:10} left out: ortools cannot be installed here", flush=True)
            continue
        command = [sys.executable, __file__, "--case", str(number), "--method", method]
        results[method] = Result(**json.loads(told_by(command)))
        print(f"{case!s:26} {method:10} {results[method]}", flush=True)
    ours = results[OURS]
    if not case.is_budget_weekly and case.n_periods == CASES[0].n_periods:
        cpu_seconds[case.n] = ours.cpu_seconds
    claims = {
        f"a gap of at most {case.most_gap:.1%}, not {ours.gap:.3%}": ours.gap <= case.most_gap,
        f"at most {MOST_MIB} MiB, not {ours.peak_mib:.0f}": ours.peak_mib <= MOST_MIB,
        f"at most {case.most_cpu_seconds} CPU s, not {ours.cpu_seconds:.1f}": (
            ours.cpu_seconds <= case.most_cpu_seconds
        ),
        "a bound no lower than the objective": ours.bound >= ours.objective,
        "no less than POP earns": ours.objective >= results[POP].objective,
    }
    for method, result in results.items():
        if np.isfinite(result.objective):
            claims[f"a bound that {method} keeps"] = result.objective <= ours.bound * (1 + 1e-6)
    return [f"{case}: {text}" for text, is_true in claims.items() if not is_true]


def _tell_growth(cpu_seconds: dict[int, float]) -> list[str]:
    """Print how time grows from each size to the largest; the claims that fail."""
    *smaller, largest = sorted(cpu_seconds)
    failed = []
    for n in smaller:
        power = float(np.log(cpu_seconds[largest] / cpu_seconds[n]) / np.log(largest / n))
        print(f"from {n:,} to {largest:,} items CPU seconds grow as the items to the power of {power:.2f}")
        if n >= LEAST_FOR_GROWTH and power > MOST_POWER:
            failed.append(f"time grows as the items to the power of {power:.2f}, not {MOST_POWER}")
    return failed


def _tell_pop() -> list[str]:
    """Print what POP claims and earns where dips meet; the claims that fail."""
    failed = []
    print("\n300 x 13, memory of 3 weeks: POP's plans as POP values them (claim) and truly, beside dealwright's")
    for gap, most_length in ((0, None), (1, 1), (2, 1)):
        over, behind, gaps = [], [], []
        for seed in SEEDS:
            problem = make_calendar(300, 13, N_OFFERS, seed=seed, gap=gap, most_length=most_length, deepest_dip=0.5)
            ours, pop = solve_calendar(problem), solve_linearised(problem)
            assert ours.choice is not None
            assert pop.choice is not None
            true = admitted(problem, pop.choice)
            assert true is not None
            over.append(pop.objective / true.objective - 1)
            behind.append(1 - true.objective / ours.objective)
            gaps.append(ours.gap)
            if true.objective > ours.objective:
                failed.append(f"POP earns more at a gap of {gap}, seed {seed}")
            if max(true.objective, ours.objective) > ours.bound:
                failed.append(f"the bound does not hold at a gap of {gap}, seed {seed}")
        told = f"POP claims {np.mean(over):.2%} too much and earns {np.mean(behind):.2%} less than ours"
        spread = f"(from {min(behind):.2%} to {max(behind):.2%}); our gap is at most {max(gaps):.3%}"
        print(f"clear weeks {gap}, {len(SEEDS)} seeds: {told} {spread}", flush=True)
    return failed


def run_ours(case: Case) -> Result:
    problem = case.make()
    began = Reading.now()
    answer = solve_calendar(problem, relative_gap=1e-3)
    return _result(problem, answer.choice, answer.bound, Reading.now(), began)


def run_pop(case: Case) -> Result:
    """What its plan truly earns; its bound holds for its own objective only."""
    problem = case.make()
    began = Reading.now()
    answer = solve_linearised(problem, relative_gap=1e-3)
    return _result(problem, answer.choice, answer.bound, Reading.now(), began)


def run_highs(case: Case) -> Result:
    problem = case.make()
    began = Reading.now()
    model = compact(problem)
    programme = model.programme
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("mip_rel_gap", PEER_GAP)
    solver.setOptionValue("time_limit", float(PEER_SECONDS))
    solver.setOptionValue("parallel", "off")
    solver.passModel(programme.as_highs())
    solver.run()
    done = Reading.now()
    info = solver.getInfo()
    is_found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    choice = model.choice_of(np.array(solver.getSolution().col_value)) if is_found else None
    return _result(problem, choice, model.nothing - info.mip_dual_bound, done, began)


def run_cpsat(case: Case) -> Result:
    problem = case.make()
    model = compact(problem)
    python = peer_python()
    assert python is not None
    with TemporaryDirectory() as folder:
        given, point = Path(folder) / "programme.npz", Path(folder) / "point.npy"
        _write(model, given)
        told = json.loads(told_by([python, str(PEER_SCRIPT), str(given), str(PEER_SECONDS), str(point)]))
        choice = model.choice_of(np.load(point).astype(np.float64)) if told["is_found"] else None
    found = None if choice is None else admitted(problem, choice)
    return Result(
        objective=np.nan if found is None else found.objective,
        bound=model.nothing + told["bound"],
        wall_seconds=told["wall_seconds"],
        cpu_seconds=told["cpu_seconds"],
        peak_mib=told["peak_mib"],
    )


METHODS = {OURS: run_ours, POP: run_pop, HIGHS: run_highs, CPSAT: run_cpsat}


def _result(problem: CalendarProblem, choice: Ints | None, bound: float, done: Reading, began: Reading) -> Result:
    """Valued with the true objective, and only if every rule and row is kept."""
    found = None if choice is None else admitted(problem, choice)
    return Result(
        objective=np.nan if found is None else found.objective,
        bound=bound,
        wall_seconds=done.wall_seconds - began.wall_seconds,
        cpu_seconds=done.cpu_seconds - began.cpu_seconds,
        peak_mib=peak_mib(),
    )


def _write(model: Compact, path: Path) -> None:
    """The programme row by row; its rows have no lower limits here."""
    rows = csr_array(model.programme.matrix)
    assert (model.programme.low <= 0).all()
    np.savez(
        path,
        value=model.programme.value,
        indptr=rows.indptr,
        indices=rows.indices,
        data=rows.data,
        high=model.programme.high,
    )


def told_by(command: list[str]) -> str:
    """The last line a process prints; one thread for all."""
    one_thread = {f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL")}
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, env=os.environ | one_thread, check=True)
    return done.stdout.strip().splitlines()[-1]


def peer_python() -> str | None:
    """The Python of CP-SAT's environment, made on first use; None if it cannot be made."""
    try:
        return python_of("plan", pins=PEER_PINS)
    except (OSError, subprocess.CalledProcessError):
        return None


if __name__ == "__main__":
    main()
