"""Values at the edge: kept as they are, or refused with table, column and row."""

from __future__ import annotations

from typing import Any

import pytest

import gristmill
from gristmill.exceptions import PipelineStepFailed
from gristmill.sources.sql_database import sql_table
from tests.postgres_server import execute

pytestmark = pytest.mark.fault


def test_infinite_times_and_times_before_christ_are_kept(postgres: str, load: Any) -> None:
    execute(postgres, "create table t (id int, at timestamptz, ts timestamp, day date)")
    execute(
        postgres,
        "insert into t values (1, 'infinity', '-infinity', 'infinity')",
        "insert into t values (2, '0044-03-15 12:00 BC', '0044-03-15 BC', '0044-03-15 BC')",
    )
    first, second = load(lambda: sql_table(postgres, "t"))["t"]["rows"]
    assert first == ("1", "infinity", "-infinity", "infinity")
    assert second == ("2", "0044-03-15 (BC) 12:00:00+00", "0044-03-15 (BC) 00:00:00", "0044-03-15 (BC)")


def test_a_time_that_python_cannot_hold_is_refused_where_python_looks(postgres: str, load: Any) -> None:
    execute(postgres, "create table t (id int primary key, at timestamp)", "insert into t values (1, now())")
    execute(postgres, "insert into t values (2, '0044-03-15 BC')")
    with pytest.raises(PipelineStepFailed, match=r"table `t`, column `at`, row 2: the value cannot be read"):
        load(lambda: sql_table(postgres, "t", incremental=gristmill.sources.incremental("id")))


@pytest.mark.parametrize("chunk_size", [1, 1000])
@pytest.mark.parametrize("backend", ["sqlalchemy", "pyarrow", "pandas"])
def test_the_place_of_a_value_that_no_driver_reads(postgres: str, load: Any, chunk_size: int, backend: str) -> None:
    execute(postgres, "create table t (id int primary key, note text, at timestamp)")
    execute(postgres, "insert into t values (1, 'a', now()), (2, 'b', '0044-03-15 BC'), (3, 'c', now())")

    def rows() -> Any:
        table = sql_table(postgres, "t", chunk_size=chunk_size, backend=backend)
        return table.add_map(lambda row: row)

    with pytest.raises(PipelineStepFailed, match=r"table `t`, column `at`, row 2: the value cannot be read"):
        load(rows)


def test_infinite_floats_are_kept(postgres: str, load: Any) -> None:
    execute(postgres, "create table t (id int, d double precision, r real)")
    execute(postgres, "insert into t values (1, 'NaN', 'Infinity'), (2, '-Infinity', 'NaN')")
    assert load(lambda: sql_table(postgres, "t"))["t"]["rows"] == [("1", "nan", "inf"), ("2", "-inf", "nan")]


@pytest.mark.parametrize("number", ["NaN", "Infinity", "123456789012345678901234567890123456789012345"])
def test_numbers_that_no_decimal_holds_are_kept_beside(postgres: str, load: Any, number: str) -> None:
    execute(postgres, "create table t (id int, n numeric)", f"insert into t values (1, 1.5), (2, '{number}')")
    found = load(lambda: sql_table(postgres, "t"))["t"]["rows"]
    assert found[0][:2] == ("1", "1.500000000")
    assert number.lower() in [str(value).lower() for value in found[1]]


def test_digits_that_a_decimal_cannot_hold_are_kept_beside(postgres: str, load: Any) -> None:
    execute(postgres, "create table t (id int, n numeric)", "insert into t values (1, 0.12345678901234567890)")
    assert "0.12345678901234567890" in load(lambda: sql_table(postgres, "t"))["t"]["rows"][0]


def test_a_row_of_many_megabytes(postgres: str, load: Any) -> None:
    execute(postgres, "create table t (id int, text text)", "insert into t values (1, repeat('ä', 20000000)), (2, '')")
    found = load(lambda: sql_table(postgres, "t"))
    assert [len(row[1]) for row in found["t"]["rows"]] == [20_000_000, 0]


def test_intervals_and_money_are_loaded(postgres: str, load: Any) -> None:
    execute(postgres, "create table t (id int, took interval, price money)")
    execute(postgres, "insert into t values (1, '1 day 02:00:00', '12.34')")
    (row,) = load(lambda: sql_table(postgres, "t"))["t"]["rows"]
    assert row[0] == "1" and "$12.34" in row
