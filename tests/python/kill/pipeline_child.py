"""A whole pipeline with an incremental that is merged: `python pipeline_child.py <folder> <disposition>`.

Each run takes the next batch after the last one that its state knows of.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from child import BATCHES, batch

import gristmill as dlt


def main(folder: Path, disposition: Any) -> None:
    os.environ["DLT_DATA_DIR"] = str(folder / "data")
    os.chdir(folder)
    if disposition == "upsert":
        disposition = {"disposition": "merge", "strategy": "upsert"}

    @dlt.resource(primary_key="id", write_disposition=disposition)
    def orders(done: Any = dlt.sources.incremental("batch", initial_value=0)) -> Iterator[Any]:
        number = done.last_value + 1
        if number <= BATCHES:
            yield batch(number)

    destination = dlt.destinations.duckdb(str(folder / "kill.duckdb"))
    shim = ctypes.CDLL(None)
    if hasattr(shim, "kill_at_call_arm"):
        shim.kill_at_call_arm()
    for _ in range(BATCHES):
        pipeline = dlt.pipeline(
            "orders", destination=destination, dataset_name="shop", pipelines_dir=str(folder / "packages")
        )
        pipeline.run(orders())


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
