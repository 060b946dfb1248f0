"""New rows into a table that is there, by each strategy."""

from __future__ import annotations

import pytest

from .conftest import Make

MODEL = """
{{{{ config(materialized='incremental', {}) }}}}
{{% if is_incremental() %}} select * from (values (2, 'new'), (3, 'new')) t(id, name)
{{% else %}} select * from (values (1, 'old'), (2, 'old')) t(id, name) {{% endif %}}
"""

MERGED = [(1, "old"), (2, "new"), (3, "new")]


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ("incremental_strategy='append'", [(1, "old"), (2, "new"), (2, "old"), (3, "new")]),
        ("unique_key='id'", MERGED),
        ("unique_key='id', incremental_strategy='delete+insert'", MERGED),
        ("unique_key=['id'], incremental_strategy='merge'", MERGED),
        ("unique_key='id', incremental_strategy='merge', merge_update_columns=['name']", MERGED),
        ("unique_key=['id', 'name']", [(1, "old"), (2, "new"), (2, "old"), (3, "new")]),
    ],
)
def test_strategies(project: Make, config: str, expected: list[tuple[object, ...]]) -> None:
    shop = project({"models/a.sql": MODEL.format(config)})
    assert shop.invoke("run").success
    assert shop.invoke("run").success
    assert shop.rows("select * from a order by all") == expected
    assert shop.invoke("run", "--full-refresh").success
    assert shop.rows("select * from a order by all") == [(1, "old"), (2, "old")]


COLUMNS = """
{{{{ config(materialized='incremental', on_schema_change='{}') }}}}
{{% if is_incremental() %}} select 2 as id, 'x' as added {{% else %}} select 1 as id, 1.5 as gone {{% endif %}}
"""


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("append_new_columns", [(1, 1.5, None), (2, None, "x")]),
        ("sync_all_columns", [(1, None), (2, "x")]),
    ],
)
def test_new_and_missing_columns(project: Make, policy: str, expected: list[tuple[object, ...]]) -> None:
    shop = project({"models/a.sql": COLUMNS.format(policy)})
    assert shop.invoke("run").success
    assert shop.invoke("run").success
    rows = (
        shop.rows("select * replace (cast(gone as double) as gone) from a order by id")
        if len(expected[0]) == 3
        else shop.rows("from a order by id")
    )
    assert rows == expected


def test_changed_columns_that_must_not_change(project: Make) -> None:
    shop = project({"models/a.sql": COLUMNS.format("fail")})
    assert shop.invoke("run").success
    result = shop.invoke("run")
    assert not result.success
    assert "error[contract]" in result.result[0].message
    assert "`added`" in result.result[0].message
    assert shop.rows("select id from a") == [(1,)]


def test_a_strategy_of_the_projects_own(project: Make) -> None:
    shop = project(
        {
            "macros/strategy.sql": "{% macro get_incremental_newest_sql(args) %}"
            "delete from {{ args['target_relation'] }}; insert into {{ args['target_relation'] }} select * from {{ args['temp_relation'] }}"
            "{% endmacro %}",
            "models/a.sql": MODEL.format("incremental_strategy='newest'"),
        }
    )
    assert shop.invoke("run").success
    assert shop.invoke("run").success
    assert shop.rows("select * from a order by all") == [(2, "new"), (3, "new")]


def test_an_unknown_strategy_says_what_there_is(project: Make) -> None:
    shop = project({"models/a.sql": MODEL.format("incremental_strategy='mrege'")})
    assert shop.invoke("run").success
    result = shop.invoke("run")
    assert "there is no incremental strategy `mrege`" in result.result[0].message
    assert shop.rows("select count(*) from a") == [(2,)]


def test_an_unknown_on_schema_change_is_told(project: Make, capfd: pytest.CaptureFixture[str]) -> None:
    shop = project(
        {"models/a.sql": "{{ config(materialized='incremental', on_schema_change='append') }} select 1 as id"}
    )
    assert shop.invoke("run").success
    told = capfd.readouterr().out
    assert "models/a.sql:1" in told
    assert "`append_new_columns`" in told
