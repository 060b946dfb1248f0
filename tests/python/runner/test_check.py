"""`gristmill check`: what does not bind is told before anything runs, all at once, and no data is touched."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import duckdb
import pytest

from .conftest import Make, Project

ORDERS = "id,name,amount\n1,a,2.5\n2,b,3\n"
GOOD = "select id, name, amount from {{ ref('orders') }}"
PYTHON = "def model(dbt, session):\n    return dbt.ref('good')\n"


def check(made: Project, *args: str) -> tuple[int, dict[str, Any]]:
    """Run a check in a process of its own; its exit code and its JSON."""
    command = [sys.executable, "-m", "gristmill", "check", "--output", "json", *args]
    folder = str(made.root)
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert ended.stdout, ended.stderr
    return ended.returncode, json.loads(ended.stdout)


def places(told: dict[str, Any]) -> list[str]:
    """Where the findings are, as `file:line:column`."""
    return [":".join(str(one[key]) for key in ("file", "line", "column") if one[key]) for one in told["findings"]]


def test_a_clean_project_binds_and_leaves_no_database(project: Make) -> None:
    shop = project(
        {
            "seeds/orders.csv": ORDERS,
            "models/good.sql": GOOD,
            "models/e.sql": "{{ config(materialized='ephemeral') }} select id, upper(name) as name from {{ ref('good') }}",
            "models/inc.sql": "{{ config(materialized='incremental', unique_key='id') }} select * from {{ ref('e') }}"
            "{% if is_incremental() %} where id > (select max(id) from {{ this }}) {% endif %}",
            "models/after.sql": "select id + 1 as next, lower(name) as name from {{ ref('inc') }}",
            "snapshots/s.yml": "snapshots: [{name: kept, relation: ref('good'), config: {unique_key: id, strategy: check, check_cols: [name]}}]",
            "models/from_kept.sql": "select dbt_valid_to, dbt_scd_id || name as both from {{ ref('kept') }}",
            "models/s.yml": "models: [{name: good, columns: [{name: id, data_tests: [unique, not_null]}]}]",
            "tests/t.sql": "select * from {{ ref('after') }} where next < 0",
        }
    )
    code, told = check(shop)
    assert (code, told["findings"], told["unknown"]) == (0, [], [])
    assert len(told["bound"]) == 10
    assert not (shop.root / "shop.duckdb").exists()


@pytest.mark.parametrize(
    ("sql", "place", "says"),
    [
        ("select\n  id,\n  nam\nfrom {{ ref('good') }}", "models/a.sql:3:3", "did you mean `name`?"),
        ("select g.nam from {{ ref('good') }} g", "models/a.sql:1:8", "did you mean `name`?"),
        ("select lowr(name) from {{ ref('good') }}", "models/a.sql:1:8", '"lower"'),
        ("select upper(id) from {{ ref('good') }}", "models/a.sql:1:8", "upper(INTEGER)"),
        (
            "select id from {{ ref('good') }} a join {{ ref('orders') }} b on a.id = b.id",
            "models/a.sql:1:8",
            "Ambiguous",
        ),
        ("select id frm {{ ref('good') }} where", "models/a.sql:1:15", "syntax error"),
        ("select {{ twice('amout') }} from {{ ref('good') }}", "macros/twice.sql:2:7", "did you mean `amount`?"),
        ("select id::intt from {{ ref('good') }}", "models/a.sql:1:12", "intt"),
        ("select 1 as x where 1 in (select max(nope) from {{ ref('good') }})", "models/a.sql:1:38", "nope"),
        ("select * from main.nowhere", "models/a.sql:1:15", "nowhere"),
    ],
)
def test_each_finding_has_its_place(project: Make, sql: str, place: str, says: str) -> None:
    files = {
        "seeds/orders.csv": ORDERS,
        "models/good.sql": GOOD,
        "models/a.sql": sql,
        "models/below.sql": "select * from {{ ref('a') }}",
        "macros/twice.sql": "{% macro twice(column) %}\n  2 * {{ column }}\n{% endmacro %}",
    }
    shop = project(files)
    if "nowhere" in sql:
        duckdb.connect(str(shop.root / "shop.duckdb")).close()
    code, told = check(shop)
    assert (code, places(told)[0]) == (1, place)
    assert says in f"{told['findings'][0]['message']} {told['findings'][0]['hint']}"
    assert told["unknown"] == [{"unique_id": "model.shop.below", "reason": "`a` does not bind"}]


def test_all_findings_come_in_one_go(project: Make) -> None:
    shop = project(
        {
            "seeds/orders.csv": ORDERS,
            "models/good.sql": GOOD,
            "models/a.sql": "select\n  nam,\n  amont * 2 as twice,\n  nam || 'x' as again\nfrom {{ ref('good') }}",
            "models/b.sql": "select wrong from {{ ref('good') }}",
            "models/s.yml": "models:\n  - name: good\n    columns:\n      - name: idd\n        data_tests: [not_null]\n",
        }
    )
    code, told = check(shop)
    assert code == 1
    assert sorted(places(told)) == ["models/a.sql:2:3", "models/a.sql:3:3", "models/b.sql:1:8", "models/s.yml:5:22"]


def test_bad_refs_and_templates_are_findings_together(project: Make) -> None:
    shop = project({"models/a.sql": "select * from {{ ref('c') }}", "models/b.sql": "select * from {{ ref('d') }}"})
    code, told = check(shop)
    assert (code, places(told)) == (1, ["models/a.sql:1:18", "models/b.sql:1:18"])
    shop.add({"models/a.sql": "select {{ 1 + }}", "models/b.sql": "select {% if %}"})
    code, told = check(shop)
    assert (code, len(told["findings"])) == (1, 2)
    assert {one["kind"] for one in told["findings"]} == {"jinja-syntax"}


def test_the_second_run_of_an_incremental_is_checked(project: Make) -> None:
    shop = project(
        {
            "seeds/orders.csv": ORDERS,
            "models/a.sql": "{{ config(materialized='incremental') }}\nselect id from {{ ref('orders') }}\n"
            "{% if is_incremental() %}\nwhere id > (select max(seen) from {{ this }})\n{% endif %}",
            "models/k.sql": "{{ config(materialized='incremental', unique_key='idd') }} select id from {{ ref('orders') }}",
        }
    )
    code, told = check(shop)
    assert (code, sorted(places(told))) == (1, ["models/a.sql:4:24", "models/k.sql:1:39"])


SOURCE = "sources: [{name: raw, schema: raw, tables: [{name: events, columns: COLUMNS}]}]"


@pytest.mark.parametrize(
    ("columns", "sql", "outcome"),
    [
        ("[]", "select x from {{ source('raw', 'events') }}", "unknown"),
        ("[{name: x, data_type: varchar}]", "select x || 'a' as y from {{ source('raw', 'events') }}", "bound"),
        ("[{name: x, data_type: varchar}]", "select z from {{ source('raw', 'events') }}", "findings"),
        ("[{name: x, data_type: varchar}]", "select x + [1] from {{ source('raw', 'events') }}", "findings"),
        # Names alone are declared: a wrong name is a finding, a type is not judged.
        ("[{name: x}]", "select upper(x) from {{ source('raw', 'events') }}", "bound"),
        ("[{name: x}]", "select z from {{ source('raw', 'events') }}", "findings"),
    ],
)
def test_a_source_without_a_database_has_the_columns_that_are_declared(
    project: Make, columns: str, sql: str, outcome: str
) -> None:
    shop = project({"models/s.yml": SOURCE.replace("COLUMNS", columns), "models/a.sql": sql})
    code, told = check(shop)
    assert (code, [key for key in ("findings", "unknown", "bound") if told[key]]) == (
        int(outcome == "findings"),
        [outcome],
    )


def test_a_source_has_the_columns_of_the_database(project: Make) -> None:
    shop = project({"models/s.yml": SOURCE.replace("COLUMNS", "[]"), "models/a.sql": "select y from raw.events"})
    with duckdb.connect(str(shop.root / "shop.duckdb")) as connection:
        connection.execute("create schema raw; create table raw.events (x integer); create table raw.other (y integer)")
        connection.execute("create macro raw.plus_one(a) as a + 1")
    shop.add({"models/b.sql": "select raw.plus_one(x) as x from {{ source('raw', 'events') }}"})
    shop.add({"models/c.sql": "select y from raw.other"})
    code, told = check(shop)
    assert (code, places(told)) == (1, ["models/a.sql:1:8"])
    assert told["bound"] == ["model.shop.b", "model.shop.c"] or sorted(told["bound"]) == [
        "model.shop.b",
        "model.shop.c",
    ]


def test_a_locked_database_is_left_alone(project: Make) -> None:
    shop = project(
        {"models/s.yml": SOURCE.replace("COLUMNS", "[]"), "models/a.sql": "select x from {{ source('raw', 'events') }}"}
    )
    with duckdb.connect(str(shop.root / "shop.duckdb")) as connection:
        connection.execute("create schema raw; create table raw.events (x integer)")
        code, told = check(shop)
    assert (code, told["findings"]) == (0, [])
    assert "nobody knows the columns of the source `raw.events`" in told["unknown"][0]["reason"]


def test_a_pipeline_that_loaded_a_source_knows_its_columns(project: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = project(
        {"models/s.yml": SOURCE.replace("COLUMNS", "[]"), "models/a.sql": "select x, n + 1 as n from raw.events"}
    )
    shop.add({"models/a.sql": "select x || 'a' as x, n + 1 as n, nope from {{ source('raw', 'events') }}"})
    folder = shop.root / "data" / "pipelines" / "loader"
    (folder / "schemas").mkdir(parents=True)
    (folder / "state.json").write_text(json.dumps({"dataset_name": "raw", "default_schema_name": "events"}))
    columns = {"x": {"name": "x", "data_type": "text"}, "n": {"name": "n", "data_type": "bigint"}}
    schema = {"name": "events", "tables": {"events": {"name": "events", "columns": columns}}}
    (folder / "schemas" / "events.schema.json").write_text(json.dumps(schema))
    monkeypatch.setenv("DLT_DATA_DIR", str(shop.root / "data"))
    code, told = check(shop)
    assert (code, places(told)) == (1, ["models/a.sql:1:35"])


def test_what_cannot_be_known_is_said_and_is_no_finding(project: Make) -> None:
    pivot = (
        "{% set names = run_query('select distinct name from ' ~ ref('good')).columns[0].values() if execute else [] %}"
        "select {% for name in names %}max(amount) as {{ name }},{% endfor %} 1 as one from {{ ref('good') }}"
    )
    shop = project(
        {
            "seeds/orders.csv": ORDERS,
            "models/good.sql": GOOD,
            "models/py.py": PYTHON,
            "models/after_py.sql": "select anything from {{ ref('py') }}",
            "models/pivot.sql": pivot,
            "models/after_pivot.sql": "select a, b from {{ ref('pivot') }}",
            "models/first.sql": "-- depends_on: {{ ref('good') }}\n{% set top = run_query('select id from ' ~ ref('good')).columns[0].values()[0] if execute else 1 %}select {{ top }} as top",
        }
    )
    code, told = check(shop)
    assert (code, told["findings"]) == (0, [])
    unknown = {one["unique_id"].split(".")[-1] for one in told["unknown"]}
    assert unknown == {"py", "after_py", "after_pivot", "first"}


def test_contracts_are_compared(project: Make) -> None:
    columns = "[{name: id, data_type: bigint}, {name: gone, data_type: date}]"
    model = "{name: a, config: {contract: {enforced: true}}, columns: " + columns + "}"
    shop = project({"models/a.sql": "select 1 as id, 'x' as more", "models/s.yml": f"models: [{model}]"})
    code, told = check(shop)
    assert (code, told["findings"][0]["kind"]) == (1, "contract")
    message = told["findings"][0]["message"]
    assert all(part in message for part in ("`id` is INTEGER", "`gone` does not come out", "`more` is not in"))


def test_a_unit_test_is_bound_over_its_rows(project: Make) -> None:
    unit = (
        "unit_tests: [{name: u, model: a, given: [{input: ref('orders'), rows: [{id: 1, nope: 2}]}],"
        " expect: {rows: [{id: 1}]}}]"
    )
    shop = project(
        {"seeds/orders.csv": ORDERS, "models/a.sql": "select id from {{ ref('orders') }}", "models/u.yml": unit}
    )
    code, told = check(shop)
    assert (code, [one["unique_id"] for one in told["findings"]]) == (1, ["unit_test.shop.a.u"])
    assert "nope" in told["findings"][0]["message"]


def test_what_is_selected_is_told_and_its_parents_are_read(project: Make) -> None:
    shop = project(
        {
            "models/a.sql": "select 1 as id, nope",
            "models/b.sql": "select id from {{ ref('a') }}",
            "models/c.sql": "select 1 as id",
            "models/d.sql": "select idd from {{ ref('c') }}",
        }
    )
    code, told = check(shop, "--select", "d")
    assert (code, places(told)) == (1, ["models/d.sql:1:8"])
    code, told = check(shop, "--select", "b")
    assert (code, told["unknown"][0]["reason"]) == (0, "`a` does not bind")


def test_text_and_results_tell_the_same(project: Make, capfd: pytest.CaptureFixture[str]) -> None:
    shop = project({"models/a.sql": "select 1 as id", "models/b.sql": "select idd from {{ ref('a') }}"})
    result = shop.invoke("check")
    assert (result.success, {one.node.name: str(one.status) for one in result.result}) == (
        False,
        {"a": "success", "b": "error"},
    )
    printed = capfd.readouterr().out
    assert "--> models/b.sql:1:8" in printed
    assert printed.rstrip().endswith("1 finding, 1 bound, 0 unknown")
    assert not (shop.root / "target" / "run_results.json").exists()


def test_hooks_do_not_run_but_their_macros_are_known(project: Make) -> None:
    shop = project(
        {
            "dbt_project.yml": "name: shop\nprofile: shop\non-run-start:\n  - create or replace macro main.half(a) as a / 2\n"
            "  - copy (select 1) to 'written.csv'\n",
            "models/a.sql": "{{ config(post_hook=\"copy (select 1) to 'written.csv'\") }} select main.half(4) as two",
        }
    )
    code, told = check(shop)
    assert (code, told["findings"], told["unknown"]) == (0, [], [])
    assert not (shop.root / "written.csv").exists()


def test_sql_that_writes_is_not_run_by_binding_it(project: Make) -> None:
    writes = "with w as (insert into main.orders values (9, 'z', 9.0) returning *) select * from w"
    counts = "{% set n = run_query('select count(*) from main.orders').rows[0][0] if execute %}select {{ 'nope' if n != 2 else 1 }}"
    above = "-- depends_on: {{ ref('orders') }}\n"
    shop = project({"seeds/orders.csv": ORDERS, "models/a.sql": f"{above}{writes}", "models/b.sql": f"{above}{counts}"})
    code, told = check(shop, "--threads", "1")
    assert (code, [one["unique_id"] for one in told["findings"]]) == (1, ["model.shop.a"])
    assert "data-modifying" in told["findings"][0]["message"]
    assert "model.shop.b" in told["bound"]


def test_columns_of_one_name_are_numbered_as_the_database_numbers_them(project: Make) -> None:
    files = {"models/a.sql": "{{ config(materialized='table') }} select 1 as n, 2 as n, 3 as N"}
    shop = project(files | {"models/b.sql": "select n, n_1, n_2 from {{ ref('a') }}"})
    assert check(shop)[1]["findings"] == []
    assert set(shop.statuses("run").values()) == {"success"}


def test_what_builds_is_no_finding(project: Make) -> None:
    shop = project(
        {
            "models/base.sql": "{{ config(materialized='table') }} select 1 as id, timestamp '2024-01-01' as moment",
            "models/ranged.sql": "{{ config(materialized='table_function', parameters='low') }}\n"
            "select id from {{ ref('base') }} where id >= low",
            "models/used.sql": "select id from {{ ref('ranged') }}(1)",
            "models/loose.sql": "{{ config(materialized='ephemeral') }} select 1 as anything",
            "models/s.yml": "models: [{name: loose, config: {contract: {enforced: true}}, "
            "columns: [{name: other, data_type: varchar}]}]",
            "macros/own.sql": "{% macro get_incremental_mine_sql(given) %}\n"
            "insert into {{ given['target_relation'] }} select * from {{ given['temp_relation'] }}\n{% endmacro %}\n"
            "{% materialization script, default %}\n"
            "{% call statement('main') %}{{ sql }}{% endcall %}{{ return({'relations': []}) }}\n{% endmaterialization %}",
            "models/mine.sql": "{{ config(materialized='incremental', incremental_strategy='mine', unique_key='no_column') }} select 1 as id",
            "models/script.sql": "{{ config(materialized='script') }} create or replace table made_by_script as select 1 as id",
            "models/keyless.sql": "{{ config(materialized='incremental', unique_key='') }} select 1 as id",
            "models/daily.sql": "{{ config(materialized='incremental', incremental_strategy='microbatch', event_time='moment', "
            "batch_size='day', begin=run_started_at.strftime('%Y-%m-%d')) }}\n"
            "select id, moment, '{{ model.batch.id }}' as batch from {{ ref('base') }}",
            "models/altered.sql": "{{ config(materialized='table') }}\n"
            "{{ alter_column_type(ref('other'), 'id', 'varchar') }}\nselect id from {{ ref('other') }}",
            "models/other.sql": "{{ config(materialized='table') }} select 1 as id",
            "models/after.sql": "select id from {{ ref('altered') }}",
        }
    )
    code, told = check(shop)
    assert (code, told["findings"]) == (0, [])
    assert [one["unique_id"] for one in told["unknown"]] == ["model.shop.script"]
    assert shop.invoke("run").success


def test_what_is_attached_is_looked_at_before_the_own_database_is_there(project: Make) -> None:
    shop = project({"models/a.sql": "select id from given.main.made"})
    with duckdb.connect(str(shop.root / "other.duckdb")) as other:
        other.execute("create table made as select 1 as id")
    profile = shop.root / "profiles.yml"
    text = profile.read_text("utf-8")
    attach = "attach: [{path: other.duckdb, alias: given, read_only: true}]"
    profile.write_text(text.replace("{type: duckdb,", f"{{type: duckdb, {attach},"), "utf-8")
    assert attach in profile.read_text("utf-8")
    assert check(shop)[0] == 0
