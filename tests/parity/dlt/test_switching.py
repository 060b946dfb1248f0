"""Switching in mid-life: days loaded by dlt and by gristmill in turn leave what either would have left alone.

Only with GRISTMILL_PEERS, a Python with dlt: a DuckDB file written by dlt is no fixture.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest

PEERS = os.environ.get("GRISTMILL_PEERS")
SCRIPT = Path(__file__).parent / "switching" / "day.py"
ORDERS = {
    "dlt, gristmill, dlt": ("dlt", "gristmill", "dlt"),
    "gristmill, dlt, gristmill": ("gristmill", "dlt", "gristmill"),
    "to and fro": ("dlt", "gristmill", "gristmill", "dlt"),
}


def load(peer: str, day: int, folder: Path, data_dir: Path) -> dict[str, Any]:
    done = subprocess.run(
        [PEERS if peer == "dlt" and PEERS else sys.executable, str(SCRIPT), peer, str(day), str(data_dir)],
        cwd=folder,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONWARNINGS": "ignore"},
        check=False,
    )
    assert done.returncode == 0, f"day {day} under {peer}:\n{done.stderr[-3000:]}"
    return json.loads(done.stdout.splitlines()[-1])


def tables(folder: Path) -> dict[str, Any]:
    """Columns and rows without generated ids; nested rows beside the name of their root."""
    with duckdb.connect(str(folder / "warehouse.duckdb"), read_only=True) as connection:
        columns = connection.execute(
            "select table_name, list(column_name || ' ' || data_type order by column_name) from duckdb_columns()"
            " where schema_name = 'shop' group by all order by all"
        ).fetchall()
        return {
            "columns": dict(columns),
            "orders": connection.execute(
                "select * exclude (_dlt_id, _dlt_load_id) from shop.orders order by all"
            ).fetchall(),
            "lines": connection.execute(
                "select o.id, l.sku, l.extra, l._dlt_list_idx from shop.orders__lines l"
                " left join shop.orders o on o._dlt_id = l._dlt_parent_id order by all"
            ).fetchall(),
            "seen": connection.execute('select id, "at", day from shop.seen order by all').fetchall(),
            "loads": connection.execute("select count(*), count(distinct load_id) from shop._dlt_loads").fetchone(),
        }


@pytest.mark.skipif(not PEERS, reason="needs GRISTMILL_PEERS, a Python with dlt")
@pytest.mark.parametrize("working_dir", ["kept by each", "shared", "lost"])
@pytest.mark.parametrize("order", ORDERS, ids=[name.replace(", ", "-") for name in ORDERS])
def test_no_row_is_lost_or_doubled(order: str, working_dir: str, tmp_path: Path) -> None:
    peers = ORDERS[order]
    outcomes: dict[str, Any] = {}
    for run in ("alone", "in turn"):
        folder = tmp_path / run
        folder.mkdir()
        for day, peer in enumerate(peers, 1):
            name = {"kept by each": peer, "shared": "both", "lost": f"day {day}"}[working_dir]
            told = load("dlt" if run == "alone" else peer, day, folder, folder / f"data {name}")
            assert told["days"] == list(range(1, day + 1))
        outcomes[run] = tables(folder)
    assert outcomes["in turn"] == outcomes["alone"]
    assert len({row[0] for row in outcomes["in turn"]["orders"]}) == len(outcomes["in turn"]["orders"])
