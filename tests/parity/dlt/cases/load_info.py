"""What a run tells."""

from __future__ import annotations

import re


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    info = pipeline.run([{"id": 1, "tags": ["a"]}], table_name="rows")
    text = re.sub(r"\d+\.\d+|in \S+ seconds?", "#", str(info)).replace(str(tmp), "TMP")
    about = info.asdict()
    return [
        text,
        info.has_failed_jobs,
        info.dataset_name,
        info.destination_type,
        info.destination_name,
        info.first_run,
        len(info.loads_ids),
        sorted(about),
        [p["state"] for p in about["load_packages"]],
        sorted(about["load_packages"][0]),
        sorted(t["name"] for t in about["load_packages"][0]["tables"] if not t["name"].startswith("_dlt")),
    ]
