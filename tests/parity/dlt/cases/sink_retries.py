"""A function as destination that fails: the batch comes again, those before it do not."""

from __future__ import annotations

import os


def run(dlt, tmp):
    os.environ["LOAD__RAISE_ON_MAX_RETRIES"] = "2"
    calls = []
    broken = [True]

    @dlt.destination(batch_size=1)
    def sink(items, table):
        calls.append(items[0]["id"])
        if items[0]["id"] == 2 and broken[0]:
            raise ValueError("down")

    pipeline = dlt.pipeline("case", destination=sink)
    try:
        pipeline.run([{"id": n} for n in range(1, 4)], table_name="rows")
    except Exception as error:
        calls.append([type(error).__name__, error.step, pipeline.has_pending_data])
    broken[0] = False
    pipeline.load()
    return [calls, pipeline.has_pending_data]
