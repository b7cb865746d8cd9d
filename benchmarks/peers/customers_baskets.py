"""mlxtend's FP-growth on baskets: frequent sets and rules, with the CPU seconds they took.

Reads from standard input the path of a Parquet file (basket, item), the number of baskets and the least count.
"""

import json
import resource
import sys

import pandas as pd
from mlxtend.frequent_patterns import association_rules, fpgrowth
from scipy.sparse import csr_matrix


def cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


path, n, least, least_confidence = sys.stdin.read().split()
held = pd.read_parquet(path)
began = cpu()
rows, _ = pd.factorize(held["basket"])
columns, names = pd.factorize(held["item"], sort=True)
matrix = csr_matrix(([True] * len(held), (rows, columns)), shape=(int(n), len(names)))
table = pd.DataFrame.sparse.from_spmatrix(matrix, columns=list(names)).astype(pd.SparseDtype(bool, False))
sets = fpgrowth(table, min_support=int(least) / int(n) - 1e-12, use_colnames=True)
mined = cpu()
rules = association_rules(sets, num_itemsets=int(n), metric="confidence", min_threshold=float(least_confidence))
judged = cpu()
print(
    json.dumps(
        {
            "sets": [
                [sorted(items), round(share * int(n))]
                for items, share in zip(sets["itemsets"], sets["support"], strict=True)
            ],
            "n_rules": len(rules),
            "mine_cpu": mined - began,
            "rules_cpu": judged - mined,
        }
    )
)
