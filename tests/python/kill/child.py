"""What a pipeline does, in short: finish what waits, restore where it stands, extract and load what is new.

The source has numbered batches; the state says how many are loaded. `python child.py <folder> <disposition>`.
"""

from __future__ import annotations

import ctypes
import os
import sys
import time
from pathlib import Path
from typing import Any

import duckdb

from gristmill import _core
from gristmill.extract.hints import table_of

BATCHES = 3
ROWS = 40


def batch(number: int) -> list[dict[str, Any]]:
    """Each batch repeats half of the keys of the one before, and has a column that the one before did not."""
    first = (number - 1) * ROWS // 2
    return [
        {
            "id": key,
            "batch": number,
            f"only_{number}": "x" * 50,
            "lines": [{"n": number, "key": key}, {"n": number, "key": -key}],
        }
        for key in range(first, first + ROWS)
    ]


def hints_of(disposition: str) -> dict[str, Any]:
    """The table of a disposition; `upsert` and `scd2` are strategies of a merge."""
    hints: dict[str, Any] = {"table_name": "orders", "write_disposition": disposition}
    if disposition in ("upsert", "scd2"):
        hints["write_disposition"] = {"disposition": "merge", "strategy": disposition}
    if disposition in ("merge", "upsert"):
        hints["primary_key"] = "id"
    return {**table_of(hints), "resource": "orders"}


def main(folder: Path, disposition: str) -> None:
    connection = duckdb.connect(str(folder / "kill.duckdb"))
    packages = folder / "packages"
    shim = ctypes.CDLL(None)
    if hasattr(shim, "kill_at_call_arm"):
        shim.kill_at_call_arm()
    for package in _core.pending_packages(str(packages)):
        _core.load_package(package["path"], connection, "shop", {})
    restored = _core.restore(connection, "shop", "orders")
    done = restored["state"]["done"] if restored else 0
    schema = _core.Schema.from_dict(restored["schemas"][0]) if restored else _core.Schema("orders")
    hints = hints_of(disposition)
    for number in range(done + 1, BATCHES + 1):
        extract = _core.Extract(str(packages), f"{time.time()}.{os.getpid()}", schema, {})
        extract.items(hints, batch(number))
        state = {"pipeline_name": "orders", "done": number, "_state_version": number, "_state_engine_version": 4}
        package = extract.commit(state)
        _core.load_package(package["path"], connection, "shop", {})
    connection.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
