"""What a run tells about itself."""

from __future__ import annotations

import datetime as dt

import pytest

import gristmill as dlt
from gristmill.load_info import duration_text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 seconds"), (1, "1 second"), (0.25, "0.25 seconds"), (63.25, "1 minute and 3.25 seconds"), (3600, "1 hour")],
)
def test_durations(seconds: float, text: str) -> None:
    assert duration_text(dt.timedelta(seconds=seconds)) == text


def test_text_and_table() -> None:
    pipeline = dlt.pipeline("shop", destination="duckdb", dataset_name="shop_data")
    info = pipeline.run([{"id": 1, "tags": ["a", "b"]}], table_name="orders")
    lines = str(info).splitlines()
    assert lines[0].startswith("Pipeline shop load step finished in ")
    assert lines[1] == "1 load package(s) were loaded to destination duckdb and into dataset shop_data"
    assert lines[2].startswith("The duckdb destination used duckdb:///")
    assert lines[3] == f"Load package {info.loads_ids[0]} is LOADED and contains no failed jobs"
    shown = info._repr_html_()
    assert "<td>orders__tags</td><td style='text-align:right'>2</td>" in shown
    assert info.has_failed_jobs is False
    info.raise_on_failed_jobs()


def test_it_can_be_loaded_itself() -> None:
    pipeline = dlt.pipeline("shop", destination="duckdb", dataset_name="shop_data")
    info = pipeline.run([{"id": 1}], table_name="orders")
    pipeline.run([info.asdict()], table_name="_load_info")
    assert pipeline.dataset()("select count(*) from _load_info").fetchall() == [(1,)]
