"""How long it takes to import the demo shop, with all checks: seconds, CPU seconds, peak memory, rows.

Run with: python benchmarks/import_data.py [table ...]
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from clocks import Reading, peak_mib
from dealwright.adapters.files import MappingFolder
from dealwright.adapters.warehouse import open_warehouse
from dealwright.app.shop.import_data import import_data
from dealwright.data import samples


def main(wanted: list[str]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        began = Reading.now()
        with open_warehouse(folder) as shop:
            for sample in samples.complete_journey():
                if wanted and sample.mapping.table not in wanted:
                    continue
                before = Reading.now()
                report = import_data(
                    sample.source,
                    table=sample.mapping.table,
                    mapping=sample.mapping,
                    shop=shop,
                    mappings=MappingFolder(folder),
                    currency=samples.CURRENCY,
                    time_zone=samples.TIME_ZONE,
                )
                print(
                    f"{report.table:12} {report.rows_read:>12,} read {report.rows_accepted:>12,} accepted "
                    f"{report.rows_quarantined:>8,} in quarantine {Reading.now().since(before)}"
                )
                for problem in report.problems:
                    print(f"    {problem}")
        print(f"total {Reading.now().since(began)}")
        size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    print(f"peak memory {peak_mib():,.0f} MiB, workspace {size / 2**20:,.0f} MiB")


if __name__ == "__main__":
    main(sys.argv[1:])
