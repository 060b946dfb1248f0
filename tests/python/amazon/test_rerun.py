"""A process that dies in the middle of the pages, and the run after it."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.python.amazon.conftest import Loaded, MakeMock, Time

SCRIPT = """
import os, sys
import gristmill as dlt
from gristmill.sources.amazon import selling_partner_catalog

catalog = selling_partner_catalog("samsung", page_size=5)
rows = iter(range(10**6))

def dies(item):
    if next(rows) == int(sys.argv[1]):
        os._exit(9)
    return item

pipeline = dlt.pipeline("amazon", destination=dlt.destinations.duckdb("amazon.duckdb"), dataset_name="raw")
pipeline.run(catalog.catalog_items.add_map(dies))
"""


def test_a_killed_run_and_the_next_leave_each_row_once(make_mock: MakeMock, time: Time, loaded: Loaded) -> None:
    # Both ends have their own time here; the bucket is large enough for nobody to wait.
    mock = make_mock(23, rate=1e6, burst=1000)
    environment = {**os.environ, **mock.environment, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}

    def run(dies_at: int) -> int:
        command = [sys.executable, "-c", SCRIPT, str(dies_at)]
        return subprocess.run(command, cwd=loaded.folder, env=environment, timeout=100, check=False).returncode

    # It dies before anything was loaded, and once more while rows that are there are refreshed.
    assert run(2) == 9
    assert run(-1) == 0
    assert run(13) == 9
    assert loaded.query("select count(*) from raw.catalog_items") == [(23,)]
    assert run(-1) == 0
    assert loaded.query("select count(*), count(distinct asin) from raw.catalog_items") == [(23, 23)]
    assert loaded.query("select count(*), count(distinct _dlt_root_id) from raw.catalog_items__images__images") == [
        (23 * 16, 23)
    ]
    assert loaded.query("select count(*) from raw._dlt_loads where status = 0") == [(2,)]
