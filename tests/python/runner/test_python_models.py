"""Python models: what they may return, how they grow, and how they fail."""

from __future__ import annotations

import pytest

from .conftest import Make

GROWING = """
def model(dbt, session):
    dbt.config(materialized="incremental", {})
    rows = session.sql("select * from (values (1, 'old'), (2, 'old')) t(id, name)")
    if dbt.is_incremental:
        rows = session.sql(f"select id + 1 as id, 'new' as name from {{dbt.this}} where id > 0 and name = 'old'")
    return rows.df() if {} else rows
"""


@pytest.mark.parametrize("frame", [True, False])
@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ("incremental_strategy='append'", [(1, "old"), (2, "new"), (2, "old"), (3, "new")]),
        ("unique_key='id'", [(1, "old"), (2, "new"), (3, "new")]),
        ("unique_key='id', incremental_strategy='merge'", [(1, "old"), (2, "new"), (3, "new")]),
    ],
)
def test_incremental_models_leave_nothing_beside_them(
    project: Make, config: str, expected: list[tuple[object, ...]], frame: bool
) -> None:
    shop = project({"models/a.py": GROWING.format(config, frame)})
    assert shop.invoke("run").success
    assert shop.invoke("run").success
    assert shop.rows("select * from a order by all") == expected
    assert shop.rows("select table_name from information_schema.tables") == [("a",)]
    assert shop.invoke("run", "--full-refresh").success
    assert shop.rows("select * from a order by all") == [(1, "old"), (2, "old")]


POLARS = """
import polars as pl

def model(dbt, session):
    return pl.DataFrame({"a": [1, 2]})
"""


@pytest.mark.parametrize("code", [POLARS, POLARS.replace("})", "}).lazy()")])
def test_polars(project: Make, code: str) -> None:
    shop = project({"models/a.py": code})
    assert shop.invoke("run").success
    assert shop.rows("select * from a order by all") == [(1,), (2,)]


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("def model(dbt, session):\n    return 1 / 0\n", ["ZeroDivisionError", "models/a.py:2"]),
        ("def model(dbt, session):\n    return None\n", ["returned nothing", "models/a.py"]),
        ("def model(dbt, session):\n    return session.sql('select x')\n", ["models/a.py:2"]),
        ("def model(dbt, session):\n    dbt.config(materialized='view')\n    return None\n", ["cannot be a view"]),
        ("names = ['b']\n\ndef model(dbt, session):\n    return dbt.ref(names[0])\n", ["`dbt.ref` of `b`"]),
    ],
)
def test_an_error_names_the_line_of_the_author(project: Make, code: str, told: list[str]) -> None:
    shop = project({"models/a.py": code, "models/b.sql": "select 1 as id"})
    result = shop.invoke("run", "--select", "a")
    assert not result.success
    message = result.result.results[0].message
    assert all(text in message for text in told), message
