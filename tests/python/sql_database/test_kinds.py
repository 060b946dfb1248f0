"""Types of PostgreSQL that dlt ends with an error on, or changes: each is right through every backend, or refused by name."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from gristmill.exceptions import PipelineStepFailed
from gristmill.sources.sql_database import sql_table
from tests.postgres_server import execute

KINDS = {
    "interval": ("1 day 02:00:00", "P1DT2H"),
    "int[]": ("{1,null,3}", "[1,null,3]"),
    "int[][]": ("{{1,2},{3,4}}", "[[1,2],[3,4]]"),
    "text[]": ('{a,"b c"}', '["a","b c"]'),
    "numeric[]": ("{1.5,2}", '["1.5","2"]'),
    "json": ('{"a": 1, "b": [1, 2]}', '{"a":1,"b":[1,2]}'),
    "jsonb": ('[{"x": null}]', '[{"x":null}]'),
    "uuid[]": ("{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}", '["a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"]'),
    "bytea": ("\\x00ff", "\\x00\\xFF"),
    "numeric(38,10)": ("1234567890123456789012345678.0123456789", "1234567890123456789012345678.0123456789"),
    "money": ("12.34", "$12.34"),
    "hstore": ("a=>1,b=>NULL", '{"a":"1","b":null}'),
    "timetz": ("10:00+02", None),
    "xml": ("<a/>", "<a/>"),
}
NOT_BY = {
    # It reads neither arrays of arrays nor decimals of more than 28 digits, and says so.
    "connectorx": {"int[][]", "numeric(38,10)"},
    # It makes floats of decimals and Python's own text of a dict that no hint calls JSON, for dlt as well.
    "pandas": {"numeric(38,10)", "hstore"},
}
# ConnectorX gives the text that PostgreSQL writes, where it has no type.
BY_CONNECTORX = {
    "interval": "1 day 02:00:00",
    "numeric[]": "[1.5000000000,2.0000000000]",
    "hstore": '"a"=>"1", "b"=>NULL',
}


# SQLAlchemy itself warns of the types that it does not know.
@pytest.mark.filterwarnings("ignore:Did not recognize type")
@pytest.mark.parametrize("backend", ["pyarrow", "pandas", "connectorx"])
def test_each_kind_through_each_backend(postgres: str, load: Any, backend: str) -> None:
    kinds = {kind: texts for kind, texts in KINDS.items() if kind not in NOT_BY.get(backend, set())}
    columns = ", ".join(f"c{number} {kind}" for number, kind in enumerate(kinds))
    values = ", ".join(f"'{given}'" for given, _ in kinds.values())
    execute(postgres, "create extension if not exists hstore", f"create table t (id int primary key, {columns})")
    execute(postgres, f"insert into t values (1, {values})", "insert into t (id) values (2)")
    found = load(lambda: sql_table(postgres, "t", backend=backend))["t"]
    names = [column[0] for column in found["columns"] if not column[0].startswith("_dlt_")]
    row = dict(zip(names, found["rows"][0], strict=True))
    expected = {kind: text for kind, (_, text) in kinds.items()} | (BY_CONNECTORX if backend == "connectorx" else {})
    got = {kind: row[f"c{number}"] for number, kind in enumerate(kinds)}
    assert {kind: got[kind] for kind in kinds if expected[kind]} == {k: expected[k] for k in kinds if expected[k]}
    assert all(value is None for value in found["rows"][1][1:])


@pytest.mark.parametrize(("kind", "value"), [("int[][]", "{{1,2},{3,4}}"), ("numeric(38,10)", f"{10**27}.5")])
def test_what_connectorx_cannot_read_is_refused_by_name(postgres: str, load: Any, kind: str, value: str) -> None:
    execute(postgres, f"create table t (id int, v {kind})", f"insert into t values (1, '{value}')")
    with pytest.raises(
        PipelineStepFailed, match=r"table `t` could not be read by ConnectorX: (.|\n)*leave `backend` out"
    ):
        load(lambda: sql_table(postgres, "t", backend="connectorx"))


@pytest.mark.parametrize("text", [False, True])
def test_arrays_of_arrays_stay_what_they_are(postgres: str, load: Any, text: bool) -> None:
    """The Arrow driver gives one long list, so tables that hold some are read by rows."""
    execute(postgres, 'create table t (id int, "A b" int[], tags text[])')
    execute(postgres, "insert into t values (1, '{{1,2},{3,4}}', '{a}'), (2, '{5}', '{}'), (3, null, null)")
    adapter = (lambda query, table: sa.text('select id, "A b", tags from t')) if text else None
    found = load(lambda: sql_table(postgres, "t", query_adapter_callback=adapter))["t"]["rows"]
    assert found == [("1", "[[1,2],[3,4]]", '["a"]'), ("2", "[5]", "[]"), ("3", None, None)]


def test_plain_arrays_travel_as_columns(postgres: str, load: Any, caplog: pytest.LogCaptureFixture) -> None:
    execute(postgres, "create table t (id int, tags text[])", "insert into t values (1, '{a,b}')")
    assert load(lambda: sql_table(postgres, "t"))["t"]["rows"] == [("1", '["a","b"]')]
    assert "is read by rows" not in caplog.text
