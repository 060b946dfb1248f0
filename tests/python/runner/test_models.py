"""Models become relations, and stay whole when something fails."""

from __future__ import annotations

import pytest

from .conftest import Make

TABLE = "{{ config(materialized='table') }} "


def test_a_diamond_is_built_in_order(project: Make) -> None:
    shop = project(
        {
            "models/a.sql": TABLE + "select 1 as id",
            "models/b.sql": "select id + 1 as id from {{ ref('a') }}",
            "models/c.sql": "{{ config(materialized='ephemeral') }} select id * 10 as id from {{ ref('a') }}",
            "models/d.sql": TABLE + "select b.id, c.id as tens from {{ ref('b') }} b, {{ ref('c') }} c",
        }
    )
    assert shop.statuses("run") == {"a": "success", "b": "success", "d": "success"}
    assert shop.rows("select * from d") == [(2, 10)]
    kinds = dict(shop.rows("select table_name, table_type from information_schema.tables"))
    assert kinds == {"a": "BASE TABLE", "b": "VIEW", "d": "BASE TABLE"}


def test_a_model_that_fails_keeps_its_old_table(project: Make) -> None:
    shop = project({"models/a.sql": TABLE + "select 1 as id"})
    assert shop.invoke("run").success
    shop.add({"models/a.sql": TABLE + "select error('no') as id from range(3)"})
    result = shop.invoke("run")
    assert not result.success
    assert result.exception is None
    assert shop.rows("select * from a") == [(1,)]


@pytest.mark.parametrize(("before", "after"), [("view", "table"), ("table", "view"), ("view", "incremental")])
def test_a_change_of_kind_replaces_the_relation(project: Make, before: str, after: str) -> None:
    model = "{{{{ config(materialized='{}') }}}} select {} as id"
    shop = project({"models/a.sql": model.format(before, 1)})
    assert shop.invoke("run").success
    shop.add({"models/a.sql": model.format(after, 2)})
    assert shop.invoke("run").success
    assert shop.rows("select id from a") == [(2,)]
    kind = "VIEW" if after == "view" else "BASE TABLE"
    assert shop.rows("select table_type from information_schema.tables") == [(kind,)]


def test_a_change_of_kind_that_fails_keeps_the_old_relation(project: Make) -> None:
    shop = project({"models/a.sql": "select 1 as id"})
    assert shop.invoke("run").success
    shop.add({"models/a.sql": TABLE + "select error('no') as id"})
    assert not shop.invoke("run").success
    assert shop.rows("select id from a") == [(1,)]


def test_hooks_share_the_transaction_of_their_model(project: Make) -> None:
    shop = project(
        {
            "models/a.sql": "{{ config(materialized='table', pre_hook=\"create table log as select 'before' as word\","
            " post_hook=[\"insert into log values ('after {{ this.identifier }}')\"]) }} select 1 as id"
        }
    )
    assert shop.invoke("run").success
    assert shop.rows("select word from log") == [("before",), ("after a",)]
    shop.add({"models/b.sql": "{{ config(pre_hook=\"insert into log values ('lost')\") }} select nope"})
    assert not shop.invoke("run", "--select", "b").success
    assert shop.rows("select count(*) from log") == [(2,)]


def test_a_materialization_of_the_projects_own_runs_its_macro(project: Make) -> None:
    shop = project(
        {
            "macros/twice.sql": """
{% materialization twice, default %}
  {%- set target = this.incorporate(type='table') -%}
  {{ run_hooks(pre_hooks) }}
  {% call statement('main') -%}
    create or replace table {{ target }} as (({{ sql }}) union all ({{ sql }}))
  {%- endcall %}
  {% do adapter.commit() %}
  {{ return({'relations': [target]}) }}
{% endmaterialization %}""",
            "models/a.sql": "{{ config(materialized='twice') }} select 1 as id",
            "models/b.sql": TABLE + "select count(*) as n from {{ ref('a') }}",
        }
    )
    assert shop.statuses("run") == {"a": "success", "b": "success"}
    assert shop.rows("select n from b") == [(2,)]
    assert "union all" in (shop.root / "target/run/shop/models/a.sql").read_text()


def test_run_query_gives_a_table(project: Make) -> None:
    shop = project(
        {
            "models/a.sql": TABLE + "select * from (values (1, 'x'), (2, 'y')) t(id, name)",
            "models/b.sql": """
-- depends_on: {{ ref('a') }}
{% if execute %}{% set t = run_query('select id, name from ' ~ ref('a') ~ ' order by id') %}
{% else %}{% set t = none %}{% endif %}
select {% if t %}{{ t.columns['id'].values() | sum }} as total, '{{ t.rows[1]['name'] }}' as last,
  '{{ t.column_names | join('-') }}' as names{% else %} 1 {% endif %}""",
        }
    )
    assert shop.invoke("run").success
    assert shop.rows("select * from b") == [(3, "y", "id-name")]


def test_dates_and_decimals_are_values(project: Make) -> None:
    shop = project(
        {
            "models/a.sql": """
{% if execute %}{% set row = run_query("select date '2024-02-28' as d, timestamp '2024-02-28 10:00:00' as t, 1.50 as n").rows[0] %}
select '{{ row.d + modules.datetime.timedelta(days=2) }}' as d, '{{ row.t.strftime("%d.%m.%Y %H:%M") }}' as t, '{{ row.n }}' as n
{% else %} select 1 {% endif %}"""
        }
    )
    assert shop.invoke("run").success
    assert shop.rows("from a") == [("2024-03-01", "28.02.2024 10:00", "1.50")]


def test_columns_of_a_relation_are_there_at_run_time(project: Make) -> None:
    shop = project(
        {
            "models/a.sql": TABLE + "select 1 as id, 'x' as name, 2.5 as price",
            "models/b.sql": "select {{ dbt_utils.star(ref('a'), except=['price']) }} from {{ ref('a') }}",
        }
    )
    assert shop.invoke("run").success
    assert shop.rows("select * from b") == [(1, "x")]


def test_docs_leave_the_results_of_the_last_run(project: Make) -> None:
    shop = project({"models/a.sql": "select 1 as id"})
    assert shop.invoke("run").success
    before = (shop.root / "target/run_results.json").read_bytes()
    assert shop.invoke("docs", "generate").success
    assert (shop.root / "target/run_results.json").read_bytes() == before


def test_a_macro_of_the_adapter_sees_the_node(project: Make) -> None:
    own = "{% macro get_columns_in_relation(relation) %}{{ return([api.Column('of_' ~ model.name, 'int')]) }}{% endmacro %}"
    asked = "{% set found = adapter.get_columns_in_relation(this) %}select '{{ found[0].name if execute }}' as name"
    shop = project({"macros/own.sql": own, "models/a.sql": asked})
    assert shop.invoke("run").success
    assert shop.rows("from a") == [("of_a",)]


def test_columns_of_a_view_are_named_as_it_names_them(project: Make) -> None:
    names = '{{ adapter.get_columns_in_relation(ref("b")) | map(attribute="name") | join(",") }}'
    shop = project(
        {
            "models/a.sql": "{{ config(materialized='table') }}select 1 as id, 2 as status",
            "models/b.sql": 'select id, status as "Status" from {{ ref("a") }}',
            "models/c.sql": f"select '{names}' as names",
        }
    )
    assert shop.invoke("run").success
    assert shop.rows("select names from c") == [("id,Status",)]
