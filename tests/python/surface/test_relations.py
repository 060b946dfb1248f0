"""Relations, where they are not as in dlt on purpose."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

import gristmill as dlt
from gristmill.destinations.adapters import bigquery_adapter, bigquery_partition


@pytest.fixture
def pipeline() -> Any:
    made = dlt.pipeline("case", destination="duckdb", dataset_name="data")
    rows = [{"id": n, "share": Decimal(f"1.{n}00000001"), "raw": bytes([n]), "tags": [n, 10 * n]} for n in (1, 2, 3)]
    made.run(rows, table_name="rows")
    return made


def ids(relation: Any) -> list[int]:
    return sorted(row[0] for row in relation.select("id").fetchall())


def test_a_query_of_ones_own_is_a_unit(pipeline: Any) -> None:
    two = pipeline.dataset()("select id from rows order by id limit 2")
    assert two.to_sql() == "select id from rows order by id limit 2"
    assert ids(two.where("id", "gt", 1)) == [2]


def test_values_are_compared_with_the_type_of_their_column(pipeline: Any) -> None:
    rows = pipeline.dataset()["rows"]
    assert ids(rows.where("share", "gt", Decimal("1.200000001"))) == [3]
    assert ids(rows.where("raw", "eq", b"\x02")) == [2]


def test_a_filter_of_the_other_relation_holds_in_a_join(pipeline: Any) -> None:
    data = pipeline.dataset()
    joined = data["rows"].join(data["rows__tags"].where("value", "gte", 20))
    assert sorted(row[0] for row in joined.select("rows__tags__value").fetchall()) == [20, 30]


def test_an_aggregate_leaves_its_relation_as_it_was(pipeline: Any) -> None:
    found = pipeline.dataset()["rows"].select("id")
    assert found.max().fetchscalar() == 3
    assert ids(found) == [1, 2, 3]


def test_a_relation_only_reads(pipeline: Any) -> None:
    data = pipeline.dataset()
    for statement in ("drop table rows", "select 1; drop table rows"):
        with pytest.raises(ValueError, match="one `SELECT`"):
            data(statement).fetchall()
    assert ids(data["rows"]) == [1, 2, 3]


def test_a_relation_that_a_resource_yields_is_loaded(pipeline: Any) -> None:
    data = pipeline.dataset()

    @dlt.resource
    def copies() -> Any:
        yield data["rows"].where("id", "gt", 1).select("id")

    dlt.pipeline("copied", destination="duckdb", dataset_name="data").run(copies)
    assert ids(dlt.attach("copied").dataset()["copies"]) == [2, 3]


def test_a_dataset_has_the_tables_of_all_schemas(pipeline: Any) -> None:
    @dlt.source
    def other() -> Any:
        return dlt.resource([{"x": 1}], name="others")

    pipeline.run(other())
    data = pipeline.dataset()
    assert [schema.name for schema in data.schemas] == ["case", "other"]
    assert data["others"].select("x").fetchall() == [(1,)]


def test_an_unknown_refresh_is_refused(pipeline: Any) -> None:
    with pytest.raises(ValueError, match="refresh"):
        pipeline.run([{"id": 1}], table_name="rows", refresh="drop_everything")
    assert ids(pipeline.dataset()["rows"]) == [1, 2, 3]


def test_hints_of_other_warehouses_are_left_out(pipeline: Any, caplog: pytest.LogCaptureFixture) -> None:
    partition = bigquery_partition.date_trunc("at", "month")
    resource = bigquery_adapter(dlt.resource([{"at": dt.date(2024, 1, 1)}], name="days"), partition=partition)
    pipeline.run(resource)
    assert "bigquery_adapter" in caplog.text
    assert not [key for key in pipeline.default_schema.tables["days"] if key.startswith("x-bigquery")]


def test_tables_whose_names_begin_with_an_underscore() -> None:
    pipeline = dlt.pipeline("underscored", destination="duckdb", dataset_name="data")
    pipeline.run([{"id": 1}], table_name="_trace")
    dataset = pipeline.dataset()
    assert dataset._trace.select("id").fetchall() == [(1,)]
    assert len(dataset._dlt_loads.fetchall()) == 1
    for name in ("_none", "_repr_json_", "__deepcopy__"):
        with pytest.raises(AttributeError):
            getattr(dataset, name)
