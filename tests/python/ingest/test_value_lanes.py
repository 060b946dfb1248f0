"""A value that its column's type would alter is in the tables whichever way it came, with one warning."""

from __future__ import annotations

import datetime as dt
import json
import logging
from decimal import Decimal
from math import inf
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


OF_ANOTHER_KIND: dict[str, tuple[dict[str, Any], list[Any], pa.DataType, str, list[Any]]] = {
    "fractions_among_integers": ({"data_type": "bigint"}, [1.5, 2.0], pa.float64(), "double", [1.5, None]),
    "decimals_among_integers": (
        {"data_type": "bigint"},
        [Decimal("1.25"), Decimal("2.00")],
        pa.decimal128(10, 2),
        "decimal",
        [Decimal("1.25"), None],
    ),
    "not_a_number_among_integers": ({"data_type": "bigint"}, [float("inf"), 2.0], pa.float64(), "double", [inf, None]),
    "numbers_among_booleans": ({"data_type": "bool"}, [3, 1], pa.int64(), "bigint", [3, None]),
    "large_integers_among_doubles": (
        {"data_type": "double"},
        [2**53 + 1, 4],
        pa.int64(),
        "bigint",
        [2**53 + 1, None],
    ),
    "digits_of_decimals": (
        {"data_type": "decimal", "precision": 10, "scale": 1},
        [Decimal("1.25"), Decimal("2.50")],
        pa.decimal128(10, 2),
        "decimal",
        [Decimal("1.25"), None],
    ),
    "times_among_dates": (
        {"data_type": "date"},
        [dt.datetime(2024, 1, 1, 3, tzinfo=dt.UTC), dt.datetime(2024, 1, 1, tzinfo=dt.UTC)],
        pa.timestamp("us", "UTC"),
        "timestamp",
        [dt.datetime(2024, 1, 1, 3, tzinfo=dt.UTC), None],
    ),
}


@pytest.mark.parametrize("name", OF_ANOTHER_KIND)
def test_arrow_columns_of_another_kind_lose_nothing(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DLT_DATA_DIR", str(tmp_path / "data"))
    column, values, kind, variant, exact = OF_ANOTHER_KIND[name]
    pipeline = dlt.pipeline(name, destination="duckdb", dataset_name="data")
    monkeypatch.setattr(logging.getLogger("gristmill"), "propagate", True)
    table = pa.table({"n": [0, 1], "v": pa.array(values, kind)})
    with caplog.at_level(logging.WARNING, "gristmill"):
        pipeline.run(table, table_name="rows", columns={"v": column})
    found = pipeline.dataset()["rows"].arrow().sort_by("n")
    assert found[f"v__v_{variant}"].to_pylist() == exact
    assert found["v"].to_pylist()[1] in (values[1], dt.date(2024, 1, 1))
    told = [text for text in caplog.messages if "table `rows`, column `v`" in text and "kept in" in text]
    assert len(told) == 1
    # What stays the same needs no column beside it, and no word.
    caplog.clear()
    pipeline.run(table.slice(1), table_name="same", columns={"v": column})
    assert pipeline.dataset()["same"].columns == ["n", "v"]
    assert caplog.messages == []


def test_numbers_without_bounds_are_told_in_arrow_columns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DLT_DATA_DIR", str(tmp_path / "data"))
    pipeline = dlt.pipeline("unbounded", destination="duckdb", dataset_name="data")
    monkeypatch.setattr(logging.getLogger("gristmill"), "propagate", True)
    with caplog.at_level(logging.WARNING, "gristmill"):
        pipeline.run(pa.table({"v": [float("nan"), 1.0], "fine": [1.0, None]}), table_name="rows")
    assert str(pipeline.dataset()["rows"].select("v").fetchall()) == "[(nan,), (1.0,)]"
    assert caplog.messages == ["table `rows`, column `v`: NaN or infinite numbers are kept as they are"]
