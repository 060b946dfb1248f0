"""A key that one load brings several times stands for one row, with the lists of that row and no other's."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import gristmill as dlt
from gristmill import _core
from gristmill.extract.hints import table_of

STRATEGIES = ["upsert", "insert-only", "delete-insert"]
numbers = itertools.count()

Items = list[dict[str, Any]]

# Each value below is another one, so that a row that belongs to somebody else is seen.
parts = st.lists(st.builds(lambda: next(numbers)), max_size=3)
lines = st.lists(st.fixed_dictionaries({"n": st.builds(lambda: next(numbers))}, optional={"parts": parts}), max_size=3)
orders = st.lists(
    st.fixed_dictionaries({"id": st.integers(1, 3), "v": st.builds(lambda: next(numbers))}, optional={"lines": lines}),
    min_size=1,
    max_size=6,
)


def hints(strategy: str, **more: Any) -> dict[str, Any]:
    disposition = {"disposition": "merge", "strategy": strategy}
    table = table_of({"table_name": "orders", "write_disposition": disposition, "primary_key": "id", **more})
    return {**table, "resource": "orders"}


def load(folder: Path, schema: _core.Schema, connection: Any, table: dict[str, Any], items: Items) -> None:
    extract = _core.Extract(str(folder / "packages"), f"{next(numbers)}.5", schema, {})
    extract.items(table, items)
    _core.load_package(extract.commit(None)["path"], connection, "shop", {})


def surviving(strategy: str, loads: list[Items]) -> dict[int, dict[str, Any]]:
    """The row of each key that stays: the first of a load, of which a later load takes the place unless it only inserts."""
    kept: dict[int, dict[str, Any]] = {}
    for items in loads:
        first: dict[int, dict[str, Any]] = {}
        for item in items:
            first.setdefault(item["id"], item)
        kept = {**first, **kept} if strategy == "insert-only" else {**kept, **first}
    return kept


def check(connection: Any, kept: dict[int, dict[str, Any]]) -> None:
    tables = {row[0] for row in connection.execute("select table_name from duckdb_tables()").fetchall()}
    assert sorted(connection.execute("select id, v from shop.orders").fetchall()) == sorted(
        (item["id"], item["v"]) for item in kept.values()
    )
    found = [(item["v"], line) for item in kept.values() for line in item.get("lines", ())]
    if "orders__lines" in tables:
        sql = "select o.v, l.n from shop.orders__lines l left join shop.orders o on l._dlt_parent_id = o._dlt_id"
        assert Counter(connection.execute(sql).fetchall()) == Counter((v, line["n"]) for v, line in found)
    if "orders__lines__parts" in tables:
        sql = (
            "select l.n, p.value from shop.orders__lines__parts p "
            "left join shop.orders__lines l on p._dlt_parent_id = l._dlt_id"
        )
        right = Counter((line["n"], part) for _, line in found for part in line.get("parts", ()))
        assert Counter(connection.execute(sql).fetchall()) == right


@pytest.mark.parametrize("strategy", STRATEGIES)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(loads=st.lists(orders, min_size=1, max_size=2))
def test_exactly_the_children_of_the_surviving_row(strategy: str, tmp_path: Path, loads: list[Items]) -> None:
    with duckdb.connect() as connection:
        schema = _core.Schema("shop")
        for items in loads:
            load(tmp_path, schema, connection, hints(strategy), items)
        check(connection, surviving(strategy, loads))


DUPLICATES: Items = [
    {"id": 1, "v": 1, "lines": [{"n": 1, "parts": [1, 2]}]},
    {"id": 1, "v": 2, "lines": [{"n": 2, "parts": [3]}, {"n": 3, "parts": [4, 5, 6]}]},
    {"id": 2, "v": 3},
    {"id": 2, "v": 4, "lines": [{"n": 4}]},
    {"id": 3, "v": 5, "lines": [{"n": 5}]},
    {"id": 3, "v": 6},
]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_the_row_that_dedup_sort_prefers_keeps_its_lists(strategy: str, tmp_path: Path) -> None:
    with duckdb.connect() as connection:
        table = hints(strategy, columns={"v": {"dedup_sort": "desc"}})
        load(tmp_path, _core.Schema("shop"), connection, table, DUPLICATES)
        check(connection, {1: DUPLICATES[1], 2: DUPLICATES[3], 3: DUPLICATES[5]})


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_file_that_several_threads_read(strategy: str, tmp_path: Path) -> None:
    file = tmp_path / "orders.jsonl"
    many = [{"id": at % 50, "v": at, "lines": [{"n": at, "parts": [at] * (at % 3)}] * (at % 4)} for at in range(400)]
    file.write_text("\n".join(map(json.dumps, many)), "utf-8")
    extract = _core.Extract(
        str(tmp_path / "packages"), "1.5", _core.Schema("shop"), {"threads": 3, "rows_per_batch": 64}
    )
    extract.files(hints(strategy), [({"path": str(file), "format": "jsonl", "options": {"block_bytes": 700}}, None)])
    with duckdb.connect() as connection:
        _core.load_package(extract.commit(None)["path"], connection, "shop", {})
        kept = surviving(strategy, [many])
        sql = "select o.v, count(*) from shop.orders__lines l join shop.orders o on l._dlt_parent_id = o._dlt_id group by 1"
        right = {item["v"]: len(item["lines"]) for item in kept.values() if item["lines"]}
        assert dict(connection.execute(sql).fetchall()) == right
        assert connection.execute("select count(*) from shop.orders__lines").fetchone() == (sum(right.values()),)


def test_rows_that_bring_one_id_of_their_own(tmp_path: Path) -> None:
    items = [{**item, "_dlt_id": f"own{item['id']}"} for item in DUPLICATES]
    with duckdb.connect() as connection:
        load(tmp_path, _core.Schema("shop"), connection, hints("delete-insert"), items)
        check(connection, {1: DUPLICATES[0], 2: DUPLICATES[2], 3: DUPLICATES[4]})


def test_marks_stay_in_packages(tmp_path: Path) -> None:
    with duckdb.connect() as connection:
        schema = _core.Schema("shop")
        load(tmp_path, schema, connection, hints("upsert"), DUPLICATES)
        extract = _core.Extract(str(tmp_path / "packages"), "1.5", schema, {})
        extract.items({"name": "plain", "write_disposition": "append"}, [{"id": 1, "_dlt_id": "own"}])
        _core.load_package(extract.commit(None)["path"], connection, "shop", {})
        names = [row[0] for row in connection.execute("select column_name from duckdb_columns()").fetchall()]
        assert not [name for name in names if "mark" in name]


def test_same_key_through_a_pipeline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DLT_DATA_DIR", str(tmp_path / "data"))

    @dlt.resource(primary_key="id", write_disposition={"disposition": "merge", "strategy": "upsert"})
    def orders():
        yield DUPLICATES

    database = tmp_path / "store.duckdb"
    dlt.pipeline("shop", destination=dlt.destinations.duckdb(str(database)), dataset_name="shop").run(orders())
    with duckdb.connect(str(database)) as connection:
        check(connection, {1: DUPLICATES[0], 2: DUPLICATES[2], 3: DUPLICATES[4]})
