"""Solves a 0-1 programme with CP-SAT: python plan_cpsat.py PROGRAMME.npz SECONDS POINT.npy; prints one JSON line.

Numbers become whole ones: values and weights in thousandths, weights rounded up, so that a point found keeps the
rows of the programme given.
"""

from __future__ import annotations

import json
import resource
import sys
import time

import numpy as np
from ortools.sat.python import cp_model

SCALE = 1000


def main() -> None:
    programme = np.load(sys.argv[1])
    began, cpu = time.perf_counter(), time.process_time()
    value, data = programme["value"], programme["data"]
    indptr, indices = programme["indptr"], programme["indices"]
    model = cp_model.CpModel()
    x = [model.new_bool_var("") for _ in range(len(value))]
    for row, high in enumerate(programme["high"]):
        inside = slice(indptr[row], indptr[row + 1])
        members, weights = [x[j] for j in indices[inside]], data[inside]
        if (weights == 1).all() and high == 1:
            model.add_at_most_one(members)
            continue
        scale = 1 if (weights == np.round(weights)).all() else SCALE
        whole = np.ceil(weights * scale).astype(int).tolist()
        model.add(cp_model.LinearExpr.weighted_sum(members, whole) <= int(np.floor(high * scale)))
    model.maximize(cp_model.LinearExpr.weighted_sum(x, np.round(value * SCALE).astype(int).tolist()))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_time_in_seconds = float(sys.argv[2])
    solver.parameters.relative_gap_limit = 1e-3
    status = solver.solve(model)
    is_found = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    if is_found:
        np.save(sys.argv[3], np.array([solver.boolean_value(one) for one in x]))
    told = {
        "is_found": is_found,
        "bound": solver.best_objective_bound / SCALE,
        "wall_seconds": time.perf_counter() - began,
        "cpu_seconds": time.process_time() - cpu,
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
