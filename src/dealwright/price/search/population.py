"""Searches by a population that evolves or swarms, from the library pymoo (extra `search`).

They start from what moving one price at a time finds, and keep a quarter of the allowance to climb on from the best
choice found.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dealwright.core.errors import MissingExtraError
from dealwright.price.given import Floats, Ints
from dealwright.price.search.protocol import BlackBox, Found, Ledger, begin, climb

if TYPE_CHECKING:
    from pymoo.core.algorithm import Algorithm

_IDLE_ROUNDS = 10  # without a new choice, after which a population has nothing more to say


@dataclass(frozen=True, slots=True)
class Genetic:
    """A genetic algorithm: choices are crossed price by price, and mutated."""

    population: int = 60

    def find(self, box: BlackBox, *, seed: int, n_evaluations: int) -> Found:
        """The best choice seen; MissingExtraError without pymoo."""
        try:
            from pymoo.algorithms.soo.nonconvex.ga import GA
            from pymoo.operators.crossover.ux import UX
            from pymoo.operators.mutation.pm import PM
            from pymoo.operators.repair.rounding import RoundingRepair
        except ImportError:
            raise MissingExtraError("pymoo", extra="search", purpose="the genetic search") from None
        ledger = Ledger(box, n_evaluations)
        begin(box, ledger, seed=seed)
        algorithm = GA(
            pop_size=self.population,
            sampling=_first(box, ledger, self.population, seed),
            crossover=UX(repair=RoundingRepair()),
            mutation=PM(eta=3.0, repair=RoundingRepair()),
            eliminate_duplicates=False,
        )
        return _evolve(box, ledger, algorithm, "genetic", seed=seed, n_evaluations=n_evaluations)


@dataclass(frozen=True, slots=True)
class Swarm:
    """Particle swarm optimisation: positions between rungs are rounded to the nearest."""

    population: int = 60

    def find(self, box: BlackBox, *, seed: int, n_evaluations: int) -> Found:
        """The best choice seen; MissingExtraError without pymoo."""
        try:
            from pymoo.algorithms.soo.nonconvex.pso import PSO
        except ImportError:
            raise MissingExtraError("pymoo", extra="search", purpose="the swarm search") from None
        ledger = Ledger(box, n_evaluations)
        begin(box, ledger, seed=seed)
        algorithm = PSO(pop_size=self.population, sampling=_first(box, ledger, self.population, seed))
        return _evolve(box, ledger, algorithm, "swarm", seed=seed, n_evaluations=n_evaluations)


def _first(box: BlackBox, ledger: Ledger, population: int, seed: int) -> Floats:
    """The first population: the best so far, the rest at random."""
    drawn = np.random.default_rng(seed).integers(0, box.n_rungs, (population, len(box.n_rungs))).astype(np.float64)
    if ledger.best is not None:
        drawn[0] = ledger.best
    return drawn


def _evolve(
    box: BlackBox, ledger: Ledger, algorithm: Algorithm, method: str, *, seed: int, n_evaluations: int
) -> Found:
    """Ask the algorithm for choices and tell it their values until the allowance is spent."""
    from pymoo.core.evaluator import Evaluator
    from pymoo.core.problem import Problem
    from pymoo.problems.static import StaticProblem

    problem = Problem(n_var=len(box.n_rungs), n_obj=1, xl=np.zeros(len(box.n_rungs)), xu=box.n_rungs - 1.0)
    algorithm.setup(problem, seed=seed, termination=("n_gen", n_evaluations), verbose=False)
    idle, n_asked, most = 0, 0, n_evaluations - n_evaluations // 4
    while (
        idle < _IDLE_ROUNDS and n_asked < 2 * n_evaluations and ledger.n_evaluations < most and not ledger.is_spent
    ):
        asked = algorithm.ask()
        if asked is None or len(asked) == 0:
            break
        known, n_asked = ledger.n_evaluations, n_asked + len(asked)
        values = ledger.evaluate(_rungs(asked.get("X"), box))
        Evaluator().eval(StaticProblem(problem, F=-values[:, None]), asked)
        algorithm.tell(infills=asked)
        idle = idle + 1 if ledger.n_evaluations == known else 0
    climb(box, ledger)
    return ledger.found(method, seed)


def _rungs(positions: Floats, box: BlackBox) -> Ints:
    return np.clip(np.rint(np.asarray(positions, dtype=np.float64)), 0, box.n_rungs - 1).astype(np.int64)
