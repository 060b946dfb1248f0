"""A value that its column's type would alter is in the tables whichever way it came, with one warning."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import gristmill as dlt
from gristmill.sources.filesystem import filesystem, read_csv, read_jsonl, read_parquet

LARGE = 2**63 + 1
EXACT = "2024-01-01T00:00:00.123456789"


def lanes(name: str, rows: list[dict[str, Any]], table: pa.Table | None, folder: Path) -> dict[str, Any]:
    """The same rows as items, as an arrow table, and as files of each kind."""
    (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    header, *lines = [list(rows[0]), *[[str(value) for value in row.values()] for row in rows]]
    (folder / f"{name}.csv").write_text("\n".join(",".join(line) for line in [header, *lines]) + "\n", "utf-8")

    def files(kind: str, reader: Any) -> Any:
        return (filesystem(bucket_url=str(folder), file_glob=f"{name}.{kind}") | reader()).with_name("values")

    found = {"items": dlt.resource(rows, name="values")}
    found |= {"jsonl": files("jsonl", read_jsonl), "csv": files("csv", read_csv)}
    if table is not None:
        pq.write_table(table, folder / f"{name}.parquet")
        found |= {"arrow": dlt.resource([table], name="values"), "parquet": files("parquet", read_parquet)}
        found["pandas"] = dlt.resource([table.to_pandas()], name="values")
    return found


CASES: dict[str, tuple[list[dict[str, Any]], pa.Table | None, dict[str, Any] | None, tuple[str, ...]]] = {
    "large": (
        [{"v": LARGE}, {"v": 1}],
        pa.table({"v": pa.array([LARGE, 1], pa.uint64())}),
        {"v": {"data_type": "bigint"}},
        (str(LARGE),),
    ),
    "nanoseconds": (
        [{"v": f"{EXACT}Z"}],
        pa.table({"v": pa.array([1704067200123456789], pa.timestamp("ns", "UTC"))}),
        {"v": {"data_type": "timestamp"}},
        (f"{EXACT}Z", f"{EXACT}+00:00"),
    ),
    "code": ([{"v": "007"}, {"v": "8"}], pa.table({"v": ["007", "8"]}), {"v": {"data_type": "bigint"}}, ("007",)),
}


@pytest.mark.parametrize("lane", ["items", "jsonl", "csv", "arrow", "parquet", "pandas"])
@pytest.mark.parametrize("name", CASES)
def test_the_exact_value_is_there(
    name: str, lane: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DLT_DATA_DIR", str(tmp_path / "data"))
    rows, table, hints, exact = CASES[name]
    resource = lanes(name, rows, table, tmp_path)[lane]
    resource.apply_hints(columns=hints)
    pipeline = dlt.pipeline(f"{name}_{lane}", destination="duckdb", dataset_name="data")
    logger = logging.getLogger("gristmill")
    monkeypatch.setattr(logger, "propagate", True)
    with caplog.at_level(logging.WARNING, "gristmill"):
        pipeline.run(resource)
    variants = [column for column in pipeline.dataset()["values"].columns if column.startswith("v__v_")]
    assert len(variants) == 1
    with pipeline.sql_client() as client:
        kept = client.execute_sql(f"select {variants[0]}::varchar from values where {variants[0]} is not null")
    assert next(row[0] for row in kept or ()) in exact
    told = [text for text in caplog.messages if "table `values`, column `v`" in text]
    assert [text for text in told if f"kept in `{variants[0]}`" in text] == told
    assert len(told) == 1
