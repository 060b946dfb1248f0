"""What goes wrong is told with its place, and ends with the right code."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from gristmill._core import GristmillError

from .conftest import PROJECT, Make


def test_a_sql_error_points_into_the_file(project: Make) -> None:
    shop = project({"models/a.sql": "select\n  1 as id,\n  nope\nfrom (select 1 as x)"})
    message = shop.invoke("run").result[0].message
    assert "--> models/a.sql:3:3" in message
    assert " 3 |   nope\n   |   ^^^^" in message
    assert "target/compiled/shop/models/a.sql:3:3" in message


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        (
            "select\n  {{ cents_to_dolars(1) }} as id",
            ["`cents_to_dolars` is undefined", "models/a.sql:2:6", "`cents_to_dollars`?"],
        ),
        ("select {{ dbt_utils.generate_surogate_key(['id']) }}", ["models/a.sql:1:11", "`generate_surrogate_key`?"]),
        ("{{ confg(materialized='table') }} select 1 as id", ["--> models/a.sql:1:4", "did you mean `config`?"]),
        ("select * from {{ reff('b') }}", ["--> models/a.sql:1:18", "did you mean `ref`?"]),
        ("select '{{ opening_hours.year }}' as y", ["--> models/a.sql:1:12", "read as `var('opening_hours')`"]),
        ("select {{ no_package.key.of(1) }}", ["`no_package` is undefined", "--> models/a.sql:1:11"]),
    ],
)
def test_an_undefined_name_is_the_error_of_its_model(project: Make, sql: str, told: list[str]) -> None:
    shop = project({"macros/m.sql": "{% macro cents_to_dollars(x) %}{{ x }}{% endmacro %}", "models/a.sql": sql})
    (shop.root / "models/b.sql").write_text("select 1 as id", "utf-8")
    results = {result.node.name: result for result in shop.invoke("run").result}
    assert (results["a"].status, results["b"].status) == ("error", "success")
    for words in told:
        assert words in results["a"].message


def test_a_sql_error_from_a_macro_points_into_the_macro(project: Make) -> None:
    shop = project(
        {
            "macros/m.sql": "{% macro cents(column) %}\n  round({{ column }} / 100, 2) + missing_column\n{% endmacro %}",
            "models/a.sql": "select {{ cents('x') }} from (select 1 as x)",
        }
    )
    message = shop.invoke("run").result[0].message
    assert "--> macros/m.sql:2:" in message


def test_a_sql_error_from_a_macro_names_the_calls_that_led_there(project: Make) -> None:
    shop = project(
        {
            "macros/m.sql": "{% macro inner(x) %}\n  nope({{ x }})\n{% endmacro %}\n"
            "{% macro outer(x) %}1 + {{ inner(x) }}{% endmacro %}",
            "models/a.sql": "select\n  {{ outer('x') }}\nfrom (select 1 as x)",
        }
    )
    message = shop.invoke("run").result[0].message
    assert "--> macros/m.sql:2:3" in message
    assert "in macro `inner`, called from macros/m.sql:4:25" in message
    assert "in macro `outer`, called from models/a.sql:2:3" in message


def test_a_sql_error_from_a_macro_of_ours_points_at_its_call(project: Make) -> None:
    shop = project({"models/a.sql": "select 1 as at,\n  {{ dbt_utils.generate_surrogate_key(['at']) }} as key"})
    message = shop.invoke("run").result[0].message
    assert "--> models/a.sql:2:3" in message
    assert "dbt_utils/macros" not in message


def test_a_setting_of_the_project_that_looks_misspelt_is_told_once(
    project: Make, capfd: pytest.CaptureFixture[str]
) -> None:
    shop = project(
        {
            "dbt_project.yml": PROJECT + "models:\n  shop:\n    +materialised: table\n",
            "models/a.sql": "select 1 as id",
            "models/b.sql": "select 1 as id",
        }
    )
    shop.invoke("parse")
    told = "dbt_project.yml:6:6: the setting `materialised` means nothing; did you mean `materialized`?"
    assert capfd.readouterr().out.count(told) == 1


def test_a_sql_error_behind_an_ephemeral_model_keeps_its_place(project: Make) -> None:
    shop = project(
        {
            "models/e.sql": "{{ config(materialized='ephemeral') }}\nselect 1 as x",
            "models/a.sql": "select nope\nfrom {{ ref('e') }}",
        }
    )
    assert "--> models/a.sql:1:8" in shop.invoke("run").result[0].message


@pytest.mark.parametrize(
    ("files", "kind"),
    [
        ({"models/a.sql": "select * from {{ ref('b') }}"}, "ref-not-found"),
        ({"models/a.sql": "select * from {{ ref('b') }}", "models/b.sql": "select * from {{ ref('a') }}"}, "cycle"),
        ({"models/a.sql": "select {{ 1 + }}"}, "jinja-syntax"),
        ({"models/a.sql": "select * from {{ source('x', 'y') }}"}, "source-not-found"),
        (
            {
                "profiles.yml": "shop: {target: dev, outputs: {dev: {type: duckdb, path: no/such/folder/x.duckdb}}}",
                "models/a.sql": "select 1",
            },
            "file-not-found",
        ),
    ],
)
def test_a_run_that_cannot_start(project: Make, files: dict[str, str], kind: str) -> None:
    shop = project(files)
    result = shop.invoke("run")
    assert not result.success
    assert isinstance(result.exception, GristmillError)
    assert result.exception.kind == kind
    assert not (shop.root / "shop.duckdb").exists()


def test_a_database_that_another_process_holds(project: Make) -> None:
    shop = project({"models/a.sql": "select 1 as id"})
    code = f"import duckdb, sys; c = duckdb.connect({str(shop.root / 'shop.duckdb')!r}); print('open', flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None and holder.stdout.readline()
        ran = gristmill(shop.root, "run")
        holder.communicate()
    assert ran.returncode == 2
    assert "error[database-locked]" in ran.stdout
    assert f"PID {holder.pid}" in ran.stdout


def test_the_command_lines_codes(project: Make) -> None:
    shop = project({"models/a.sql": "select 1 as id", "tests/t.sql": "select * from {{ ref('a') }}"})
    assert gristmill(shop.root, "run").returncode == 0
    failed = gristmill(shop.root, "test")
    assert failed.returncode == 1
    assert "Done. PASS=0 WARN=0 ERROR=1 SKIP=0 NO-OP=0 TOTAL=1" in failed.stdout
    wrong = gristmill(shop.root, "run", "--selct", "a")
    assert wrong.returncode == 2
    assert "--select" in wrong.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="signals are of another kind there")
def test_an_interrupt_stops_the_query_and_writes_what_was_done(project: Make) -> None:
    shop = project(
        {
            "profiles.yml": "shop: {target: dev, outputs: {dev: {type: duckdb, path: shop.duckdb, threads: 1}}}",
            "models/a.sql": "{{ config(materialized='table') }} select 1 as id",
            "models/b.sql": "{{ config(materialized='table') }} -- {{ ref('a') }}\n"
            "select sum(hash(x.range + y.range) % 7) as n from range(100000000) x, range(100000) y",
        }
    )
    with subprocess.Popen(command(shop.root, "run"), stdout=subprocess.PIPE, text=True) as ran:
        assert ran.stdout is not None
        for line in ran.stdout:
            if "START sql table model main.b" in line:
                break
        begun = time.monotonic()
        ran.send_signal(signal.SIGINT)
        ran.communicate(timeout=20)
    assert time.monotonic() - begun < 10
    assert ran.returncode == 2
    assert (shop.root / "target/run_results.json").is_file()
    with duckdb.connect(str(shop.root / "shop.duckdb")) as connection:
        assert connection.execute("select table_name from information_schema.tables").fetchall() == [("a",)]


def command(root: Path, *args: str) -> list[str]:
    return [sys.executable, "-m", "gristmill", *args, "--project-dir", str(root), "--profiles-dir", str(root)]


def gristmill(root: Path, *args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(root, *args), capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("sql", "place", "hint"),
    [
        ("select 1 as id\nwhere\n", "models/a.sql:2:5", "the SQL ends here, where something has to follow"),
        ("-- nothing yet\n", "models/a.sql:1:14", "write a `select`, or remove it"),
        ("{% macro m() %}1{% endmacro %}", "models/a.sql", "macros stand in a file under `macro-paths`"),
    ],
)
def test_sql_that_stops_early_is_told_where_it_stops(project: Make, sql: str, place: str, hint: str) -> None:
    message = project({"models/a.sql": sql}).invoke("run").result[0].message
    assert f"--> {place}\n" in message
    assert hint in message


def test_an_unknown_materialization_is_told_where_it_is_asked_for(project: Make) -> None:
    shop = project({"models/a.sql": "select 1 as id\n{{ config(materialized='tabel') }}"})
    message = shop.invoke("run").result[0].message
    assert "--> models/a.sql:2:11" in message
    assert "hint: did you mean `table`?" in message


def test_an_empty_seed_is_told_of_by_its_file(project: Make) -> None:
    message = project({"seeds/s.csv": ""}).invoke("seed").result[0].message
    assert "this seed is empty\n  --> seeds/s.csv" in message


def test_a_hook_that_fails_names_the_file_of_its_node(project: Make) -> None:
    shop = project({"models/a.sql": "{{ config(post_hook='grant select on {{ this }} to bob') }} select 1 as id"})
    message = shop.invoke("run").result[0].message
    assert "--> models/a.sql" in message
    assert 'post-hook: grant select on "shop"."main"."a" to bob' in message


def test_packages_that_are_not_installed_stop_the_run_and_not_what_mends_it(project: Make) -> None:
    shop = project(
        {"packages.yml": "packages: [{local: tools}]", "tools/dbt_project.yml": "name: tools\nversion: '1.0'\n"}
    )
    for command in ("parse", "build", "ls"):
        ended = shop.invoke(command)
        # Orchestrators look for these words.
        assert 'Run "dbt deps" to install package dependencies' in str(ended.exception), command
    for command in ("debug", "clean", "deps", "parse"):
        assert shop.invoke(command).success, command


def test_a_test_of_a_missing_model_is_left_out(project: Make) -> None:
    properties = "models: [{name: a, columns: [{name: id, data_tests: [{relationships: {arguments: {to: ref('b'), field: id}}}]}]}]"
    shop = project({"models/a.sql": "select 1 as id", "models/s.yml": properties})
    assert shop.statuses("build") == {"a": "success"}


def test_a_broken_ephemeral_model_is_the_error_of_what_stands_on_it(project: Make) -> None:
    shop = project(
        {
            "models/base.sql": "{{ config(materialized='ephemeral') }}\nselect {{ adapter.no_such_method() }} as id",
            "models/orders.sql": "select id from {{ ref('base') }}",
            "models/report.sql": "select id from {{ ref('orders') }}",
        }
    )
    outcome = shop.invoke("run")
    assert [(result.node.name, str(result.status)) for result in outcome.result] == [
        ("orders", "error"),
        ("report", "skipped"),
    ]
    assert "--> models/base.sql:2:11" in outcome.result[0].message


def test_debug_without_a_project_fails(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "gristmill", "debug", "--project-dir", str(tmp_path)]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 1


@pytest.mark.parametrize(
    ("config", "status"), [("{delimiter: ';'}", "success"), ("{delimiter: ';', quote_columns: false}", "error")]
)
def test_a_header_in_one_piece_is_doubted(
    project: Make, capfd: pytest.CaptureFixture[str], config: str, status: str
) -> None:
    shop = project(
        {"seeds/codes.csv": "id|name\n1|a\n", "seeds/schema.yml": f"seeds: [{{name: codes, config: {config}}}]"}
    )
    outcome = shop.invoke("seed")
    assert str(outcome.result[0].status) == status
    told = capfd.readouterr().out
    assert "`id|name`, is one column: there is no `;` in it" in told
    assert 'say `delimiter: "|"` in its config' in told


WIDTHS = "select 1 as a, 2 as b\nunion all\n"
SNAPSHOT = "snapshots:\n  - name: kept\n    relation: {0}\n    config:\n      unique_key: {1}\n      strategy: check\n      check_cols: all\n"
UNIT = "unit_tests:\n  - name: u\n    model: a\n    given: []\n    expect:\n      rows:\n        - {idd: 1}\n"


@pytest.mark.parametrize(
    ("files", "place", "says"),
    [
        ({"models/a.sql": WIDTHS + "select 3 as a"}, "models/a.sql:3:1", "number of result columns"),
        (
            {"macros/m.sql": "{% macro three() %}\nselect 3 as a\n{% endmacro %}", "models/a.sql": WIDTHS + "{{ three() }}"},
            "macros/m.sql:2:1",
            "in macro `three`, called from models/a.sql:3:1",
        ),
        (
            {"models/e.sql": "{{ config(materialized='ephemeral') }}\nselect nope", "models/a.sql": "select * from {{ ref('e') }}"},
            "models/e.sql:2:8",
            "in model `a`",
        ),
        (
            {"models/a.sql": "{{ config(materialized='table') }}\nselect a + 1::tinyint as b\nfrom (select 127::tinyint as a)"},
            "models/a.sql:2:1",
            "Overflow",
        ),
        ({"models/a.sql": "select *\nfrom 'gone.parquet'"}, "models/a.sql:2:7", "gone.parquet"),
        (
            {"models/a.sql": "{{ config(materialized='external', location='/gone/x.parquet') }} select 1 as a"},
            "models/a.sql:1:36",
            "/gone/x.parquet",
        ),
        (
            {"models/a.sql": "{{ config(\n  pre_hook='insert into nowhere select 1') }}\nselect 1 as a"},
            "models/a.sql:2:3",
            "Table with name nowhere",
        ),
        (
            {"models/a.sql": "{% set rows = run_query('select * from nowhere') %}\nselect 1 as a"},
            "models/a.sql:1:15",
            "the statement says: select * from nowhere",
        ),
        ({"seeds/s.csv": "id,n\n1,2\n2,x\n", "seeds/s.yml": "seeds: [{name: s, config: {column_types: {n: int}}}]"}, "seeds/s.csv:3:3", "`column_types`"),
        ({"seeds/s.csv": "id,n\n1,2\n", "seeds/s.yml": "seeds: [{name: s, config: {column_types: {n: itn}}}]"}, "seeds/s.yml:1:46", "itn"),
        ({"snapshots/s.yml": SNAPSHOT.format("source('raw', 't')", "id"), "models/raw.yml": "sources: [{name: raw, tables: [{name: t}]}]"}, "snapshots/s.yml:3:15", "does not exist"),
        ({"snapshots/s.yml": SNAPSHOT.format("ref('a')", "idd"), "models/a.sql": "select 1 as id"}, "snapshots/s.yml:5:7", "did you mean `id`?"),
        ({"models/a.sql": "select 1 as id", "models/s.yml": UNIT}, "models/s.yml:2:5", "did you mean `id`?"),
        ({"models/p.py": "import os\n\n\ndef model(dbt, session):\n    return 42\n"}, "models/p.py:4", "which is no table"),
        ({"models/p.py": "def model(dbt, session):\n    return {}['k']\n"}, "models/p.py:2", "return {}['k']"),
        (
            {
                "models/a.sql": "select 1 as id",
                "models/s.yml": "models:\n  - name: a\n    config: {contract: {enforced: true}}\n    columns: [{name: id, data_type: itn}]\n",
            },
            "models/s.yml:4:37",
            "correct its `data_type`",
        ),
    ],
)  # fmt: skip
def test_an_error_is_told_where_its_author_looks(project: Make, files: dict[str, str], place: str, says: str) -> None:
    shop = project(files)
    failed = [one for one in shop.invoke("build").result if str(one.status) in ("error", "fail")]
    assert f"--> {place}\n" in failed[0].message
    assert says in failed[0].message


def test_an_error_of_a_relation_in_yaml_is_told_in_its_line(project: Make) -> None:
    shop = project({"snapshots/s.yml": SNAPSHOT.format("ref('nobody')", "id")})
    told = str(shop.invoke("parse").exception)
    assert "--> snapshots/s.yml:3:15\n" in told
    assert "3 |     relation: ref('nobody')" in told


def test_a_snapshot_that_fails_names_no_file_that_is_not_there(project: Make) -> None:
    shop = project({"snapshots/s.yml": SNAPSHOT.format("ref('a')", "idd"), "models/a.sql": "select 1 as id"})
    result = next(result for result in shop.invoke("build").result if result.node.name == "kept")
    assert result.status == "error"
    assert "did you mean `id`?" in result.message
    assert "target/compiled" not in result.message
    assert not list((shop.root / "target" / "compiled").rglob("kept.sql"))


@pytest.mark.parametrize(
    ("settings", "place", "says"),
    [
        ("unique_key='idd'", "models/a.sql:1:69", "did you mean `id`?"),
        ("unique_key=['id', 'idd']", "models/a.sql:1:69", "did you mean `id`?"),
        ("unique_key='id', incremental_predicates=['DBT_INTERNAL_DEST.day > 1']", "models/a.sql:1:86", "day"),
        ("unique_key='id', merge_update_columns=['nn']", "models/a.sql:1:86", "did you mean `n`?"),
    ],
)
def test_a_column_that_a_setting_of_an_incremental_model_names_is_told_there(
    project: Make, settings: str, place: str, says: str
) -> None:
    model = "{{{{ config(materialized='incremental', incremental_strategy='merge', {0}) }}}}select 1 as id, 2 as n"
    shop = project({"models/a.sql": model.format("unique_key='id'")})
    assert shop.invoke("run").success
    (shop.root / "models" / "a.sql").write_text(model.format(settings))
    [result] = shop.invoke("run").result
    assert result.status == "error"
    assert f"--> {place}\n" in result.message
    assert says in result.message
    assert "the statement of strategy `merge` is in target/run/shop/models/a.sql" in result.message


def test_a_column_that_no_setting_names_blames_no_setting(project: Make) -> None:
    model = "{{{{ config(materialized='incremental', unique_key='id') }}}}select 1 as id{0}"
    shop = project({"models/a.sql": model.format(", 2 as n")})
    assert shop.invoke("run").success
    # Without `on_schema_change` the table keeps its columns, of which the new rows have one fewer.
    (shop.root / "models" / "a.sql").write_text(model.format(""))
    [result] = shop.invoke("run").result
    assert result.status == "error"
    assert "--> models/a.sql\n" in result.message
