"""A dataset of its own for each run of a pipeline under development."""

from __future__ import annotations

import re


def run(dlt, tmp):
    found = []
    for _ in range(2):
        pipeline = dlt.pipeline(
            "case", destination=dlt.destinations.duckdb("dev.db"), dataset_name="data", dev_mode=True
        )
        info = pipeline.run([{"id": 1}], table_name="rows")
        found.append([bool(re.fullmatch(r"data_\d{14}", pipeline.dataset_name)), info.first_run])
    return found
