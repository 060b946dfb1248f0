"""Rows counted by the last run."""

from __future__ import annotations

import re


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    pipeline.run([{"id": 1, "tags": ["a", "b"]}], table_name="rows")
    trace = pipeline.last_trace
    return [
        trace.last_normalize_info.row_counts,
        [step.step for step in trace.steps],
        sorted(re.sub(r"[0-9.]{12,}", "#", str(trace.last_normalize_info)).splitlines()),
        trace.last_extract_info.first_run,
    ]
