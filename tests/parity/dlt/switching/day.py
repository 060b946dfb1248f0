"""One day of a pipeline with incremental and merge: `day.py <dlt|gristmill> <day> <data dir>`, in the folder of the database."""

from __future__ import annotations

import importlib
import json
import os
import sys

DAYS = {
    1: [{"id": n, "at": n, "name": f"n{n}", "lines": [{"sku": f"a{n}"}, {"sku": "b"}]} for n in (1, 2, 3)],
    # Two rows at the boundary, of which one was seen; one that changes and loses a line; one new.
    2: [
        {"id": 3, "at": 3, "name": "n3", "lines": [{"sku": "a3"}, {"sku": "b"}]},
        {"id": 33, "at": 3, "name": "late", "lines": []},
        {"id": 2, "at": 4, "name": "changed", "lines": [{"sku": "c"}]},
        {"id": 4, "at": 5, "name": "n4", "lines": [{"sku": "d", "extra": 1}], "more": 1.5},
    ],
    3: [
        {"id": 1, "at": 1, "name": "too old", "lines": []},
        {"id": 4, "at": 5, "name": "n4", "lines": [{"sku": "d", "extra": 1}], "more": 1.5},
        {"id": 1, "at": 6, "name": "changed too", "lines": [{"sku": "e"}], "more": "text"},
        {"id": 5, "at": 7, "name": "n5", "lines": [{"sku": "f"}]},
    ],
    4: [{"id": 5, "at": 8, "name": "last", "lines": [{"sku": "g"}]}],
}


def main() -> None:
    """Load one day and tell what the pipeline made of it."""
    peer, day, data_dir = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    os.environ.update(DLT_DATA_DIR=data_dir, RUNTIME__DLTHUB_TELEMETRY="false", RUNTIME__LOG_LEVEL="CRITICAL")
    dlt = importlib.import_module(peer)

    @dlt.source(name="shop")
    def shop():
        @dlt.resource(primary_key="id", write_disposition="merge")
        def orders(at=dlt.sources.incremental("at", initial_value=0)):
            dlt.current.source_state().setdefault("days", []).append(day)
            yield DAYS[day]

        @dlt.resource(write_disposition="append")
        def seen(at=dlt.sources.incremental("at", initial_value=0)):
            yield [{"id": row["id"], "at": row["at"], "day": day} for row in DAYS[day]]

        return orders, seen

    pipeline = dlt.pipeline("switching", destination=dlt.destinations.duckdb("warehouse.duckdb"), dataset_name="shop")
    info = pipeline.run(shop())
    info.raise_on_failed_jobs()
    print(json.dumps({"first_run": info.first_run, "days": pipeline.state["sources"]["shop"]["days"]}))


if __name__ == "__main__":
    main()
