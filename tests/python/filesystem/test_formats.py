"""Formats, compressions, partitions: the same rows whether the core or a step in Python reads them."""

from __future__ import annotations

import datetime as dt
import gzip
import json
from decimal import Decimal
from pathlib import Path

import pytest

import gristmill as dlt
from gristmill.sources.filesystem import (
    filesystem,
    read_arrow,
    read_csv,
    read_file,
    read_json,
    read_jsonl,
    read_parquet,
)

LINES = b'{"id": 1, "tags": ["a"]}\n{"id": 2}\n'


def both(reader, glob: str = "*"):
    """What the core loads, and what a step in Python sees."""
    pipeline = dlt.pipeline("both", destination="duckdb", dataset_name="data")
    pipeline.run((filesystem("in", file_glob=glob) | reader()).with_name("rows"))
    return pipeline, list(filesystem("in", file_glob=glob) | reader())


def zstd(data: bytes) -> bytes:
    pa = pytest.importorskip("pyarrow")
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(data)
    return sink.getvalue().to_pybytes()


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz", "a.jsonl.zst", "gzip-by-its-bytes", "zstd-by-its-bytes"])
def test_packed_lines(name: str) -> None:
    packed = gzip.compress(LINES) if "gz" in name else zstd(LINES) if "zst" in name else LINES
    Path("in", name).write_bytes(packed)
    pipeline, seen = both(read_jsonl)
    assert seen == [{"id": 1, "tags": ["a"]}, {"id": 2}]
    with pipeline.sql_client() as sql:
        assert sql.execute_sql("select id from data.rows order by id") == [(1,), (2,)]
        assert sql.execute_sql("select value from data.rows__tags") == [("a",)]


def test_one_gzip_after_the_other() -> None:
    Path("in", "a.jsonl.gz").write_bytes(gzip.compress(b'{"id": 1}\n') + gzip.compress(b'{"id": 2}\n'))
    assert both(read_jsonl)[1] == [{"id": 1}, {"id": 2}]


def test_documents() -> None:
    Path("in", "list.json").write_text('[{"id": 1}, {"id": 2}]', "utf-8")
    Path("in", "one.json").write_text('{"id": 3}', "utf-8")
    Path("in", "deep.json").write_text('{"data": {"items": [{"id": 4}, {"id": 5}], "next": null}}', "utf-8")
    assert [row["id"] for row in both(read_json, "[lo]*.json")[1]] == [1, 2, 3]

    def below():
        return read_json(data_path="data.items")

    pipeline, seen = both(below, "deep.json")
    assert seen == [{"id": 4}, {"id": 5}]
    with pipeline.sql_client() as sql:
        assert sql.execute_sql("select list(id order by id) from data.rows") == [([1, 2, 3, 4, 5],)]


def arrow_table():
    pa = pytest.importorskip("pyarrow")
    day = dt.date(2024, 2, 29)
    moment = dt.datetime(2024, 2, 29, 12, 30, 0, 5, tzinfo=dt.UTC)
    return pa.table(
        {
            "id": pa.array([1, None], pa.int16()),
            "huge": pa.array([2**63 - 1, 1], pa.uint64()),
            "half": pa.array([0.5, None], pa.float32()),
            "flag": [True, None],
            "name": pa.array(["a", "b"]).dictionary_encode(),
            "raw": [b"\x00\x01", None],
            "price": pa.array([Decimal("1.50"), None], pa.decimal128(10, 2)),
            "day": [day, None],
            "time": pa.array([dt.time(1, 2, 3), None], pa.time32("s")),
            "moment": pa.array([moment, None], pa.timestamp("ns", "Europe/Berlin")),
            "naive": pa.array([moment.replace(tzinfo=None), None], pa.timestamp("ms")),
            "point": [{"x": 1, "y": None}, None],
            "tags": pa.array([["a", "b"], []], pa.large_list(pa.string())),
            "nothing": pa.nulls(2),
        }
    )


def test_parquet_gives_what_pyarrow_gives() -> None:
    import pyarrow.parquet as pq

    table = arrow_table()
    pq.write_table(table, "in/a.parquet")
    pipeline, seen = both(read_parquet)
    expected = table.to_pylist()
    expected[0]["naive"] = expected[0]["naive"].replace(microsecond=0)
    assert seen == expected
    pipeline.run((filesystem("in") | read_parquet()).with_name("seen").add_map(lambda row: row))
    with pipeline.sql_client() as sql:
        mine, theirs = (
            sql.execute_sql(f"select * exclude (_dlt_id, _dlt_load_id) from data.{name}") for name in ("rows", "seen")
        )
        assert mine == theirs
        assert mine[0][0] == 1
        assert sql.execute_sql("select value from data.rows__tags order by value") == [("a",), ("b",)]


def test_maps_of_parquet_are_rows_of_key_and_value(loaded) -> None:
    pq = pytest.importorskip("pyarrow.parquet")
    import pyarrow as pa

    kind = pa.map_(pa.string(), pa.int64())
    pq.write_table(pa.table({"id": [1], "sizes": pa.array([[("s", 1), ("m", 2)]], kind)}), "in/a.parquet")
    files = (filesystem("in") | read_parquet()).with_name("rows")
    assert loaded(files, "select key, value from data.rows__sizes order by value") == [("s", 1), ("m", 2)]


@pytest.mark.parametrize("kind", ["file", "stream", "packed"])
def test_arrow_ipc(kind: str) -> None:
    pa = pytest.importorskip("pyarrow")
    table = arrow_table().select(["id", "name", "point"])
    options = pa.ipc.IpcWriteOptions(compression="zstd" if kind == "packed" else None)
    make = pa.ipc.new_stream if kind == "stream" else pa.ipc.new_file
    with make("in/a.arrow", table.schema, options=options) as writer:
        writer.write_table(table)
    pipeline, seen = both(read_arrow)
    assert seen == table.to_pylist()
    with pipeline.sql_client() as sql:
        assert sql.execute_sql("select id, name, point__x from data.rows order by name") == [
            (1, "a", 1),
            (None, "b", None),
        ]


def test_files_that_a_resource_yields(loaded) -> None:
    pa = pytest.importorskip("pyarrow")
    pa.feather = pytest.importorskip("pyarrow.feather")
    pa.feather.write_feather(pa.table({"id": [1, 2]}), "a.feather")
    resource = dlt.resource([read_file("a.feather")], name="rows")
    assert loaded(resource, "select list(id order by id) from data.rows") == [([1, 2],)]


def test_partitions_and_the_file_of_a_row(loaded) -> None:
    for place, text in {
        "year=2024/region=eu": '{"id": 1, "region": "wrong"}\n',
        "year=2025/region=__HIVE_DEFAULT_PARTITION__": '{"id": 2}\n',
        "day=2024-02-29": '{"id": 3, "tags": ["x"]}\n',
    }.items():
        Path("in", place).mkdir(parents=True)
        Path("in", place, "a.jsonl").write_text(text, "utf-8")

    def reader():
        return read_jsonl(hive_partitioning=True, file_column="_file")

    pipeline, seen = both(reader, "**/*.jsonl")
    day = dt.date(2024, 2, 29)
    assert seen == [
        {"id": 3, "tags": ["x"], "day": day, "_file": "day=2024-02-29/a.jsonl"},
        {"id": 1, "year": 2024, "region": "eu", "_file": "year=2024/region=eu/a.jsonl"},
        {
            "id": 2,
            "year": 2025,
            "region": None,
            "_file": "year=2025/region=__HIVE_DEFAULT_PARTITION__/a.jsonl",
        },
    ]
    with pipeline.sql_client() as sql:
        assert sql.execute_sql("select id, year, region, day from data.rows order by id") == [
            (1, 2024, "eu", None),
            (2, 2025, None, None),
            (3, None, None, day),
        ]


def test_partitions_of_csv_and_parquet(loaded) -> None:
    pq = pytest.importorskip("pyarrow.parquet")
    import pyarrow as pa

    Path("in", "shop=007").mkdir()
    Path("in", "shop=007", "a.csv").write_text("id\n1\n", "utf-8")
    pq.write_table(pa.table({"id": [2]}), "in/shop=007/a.parquet")
    types = {"shop": "text"}
    table = filesystem("in", file_glob="**/*.csv") | read_csv(hive_partitioning=types)
    assert loaded(table.with_name("a"), "select id, shop from data.a") == [(1, "007")]
    table = filesystem("in", file_glob="**/*.parquet") | read_parquet(hive_partitioning=types, file_column="_file")
    assert loaded(table.with_name("b"), "select id, shop, _file from data.b") == [(2, "007", "shop=007/a.parquet")]


def test_a_large_file_and_many_small_ones_are_the_same_rows(loaded) -> None:
    rows = [{"id": number, "kind": "text" if number % 7 else number, "tags": [number]} for number in range(3000)]
    lines = [json.dumps(row) + "\n" for row in rows]
    Path("one.jsonl").write_text("".join(lines), "utf-8")
    for number in range(60):
        Path("in", f"{number:02}.jsonl").write_text("".join(lines[number * 50 : number * 50 + 50]), "utf-8")
    one = dlt.resource([read_file("one.jsonl", block_bytes=5000)], name="one")
    ask = "select count(*), sum(id), count(kind), count(kind__v_text) from data.{}"
    expected = loaded(one, ask.format("one"))
    assert expected == [(3000, 4498500, 429, 2571)]
    many = (filesystem("in", files_per_page=25) | read_jsonl()).with_name("many")
    assert loaded(many, ask.format("many")) == expected
    assert loaded(None, "select list(id order by rowid) = range(3000) from data.many") == [(True,)]
