"""What runs print and write down: tables of queries, failures that are kept, keys, groups, selectors."""

from __future__ import annotations

import json
from typing import Any

import pytest

from .conftest import Make, Project


def artifact(made: Project, name: str) -> dict[str, Any]:
    """An artifact of the last command."""
    return json.loads((made.root / "target" / f"{name}.json").read_text("utf-8"))


@pytest.mark.parametrize(
    ("call", "printed"),
    [
        ("print_table()", "| id | name |\n| -- | ---- |\n|  1 | one  |\n|  2 |      |"),
        ("print_table(max_rows=1)", "| id | name |\n| -- | ---- |\n|  1 | one  |\n| ... | ...  |"),
        ("print_table(max_columns=1)", "| id | ... |\n| -- | --- |\n|  1 | ... |\n|  2 | ... |"),
        ("print_csv()", "id,name\n1,one\n2,"),
        ("print_json(newline=true)", '{"id": 1, "name": "one"}\n{"id": 2, "name": null}'),
        ("print_json(key='id', indent=1)", '{\n "1": {\n  "id": 1,\n  "name": "one"\n },'),
        ("print_json()", '[{"id": 1, "name": "one"}, {"id": 2, "name": null}]'),
    ],
)
def test_a_table_of_a_query_prints_itself(
    call: str, printed: str, project: Make, capfd: pytest.CaptureFixture[str]
) -> None:
    code = f"{{% macro show() %}}{{% do run_query(\"from (values (1, 'one'), (2, null)) t(id, name)\").{call} %}}{{% endmacro %}}"
    made = project({"macros/show.sql": code})
    assert made.invoke("run-operation", "show").success
    assert printed in capfd.readouterr().out


def test_show_leaves_nothing_out(project: Make, capfd: pytest.CaptureFixture[str]) -> None:
    made = project({})
    assert made.invoke(
        "show",
        "--inline",
        "select 1 as a, 2 as b, 3 as c, 4 as d, 5 as e, 6 as f, repeat('x', 30) || chr(10) || 'y' as g",
    ).success
    assert f"| 1 | 2 | 3 | 4 | 5 | 6 | {'x' * 30} y |" in capfd.readouterr().out


def test_where_the_rows_of_a_failed_test_are_kept_is_told(project: Make, capfd: pytest.CaptureFixture[str]) -> None:
    made = project({"tests/never.sql": "{{ config(store_failures=true) }} select 1 as id"})
    assert not made.invoke("test").success
    kept = 'select * from "shop"."main_dbt_test__audit"."never"'
    border = "-" * len(kept)
    assert f"  See test failures:\n  {border}\n  {kept}\n  {border}\n" in capfd.readouterr().out


def test_a_model_in_batches_is_called_so(project: Make, capfd: pytest.CaptureFixture[str]) -> None:
    config = "materialized='incremental', incremental_strategy='microbatch', event_time='day', batch_size='day', begin='2024-01-01'"
    made = project({"models/days.sql": f"{{{{ config({config}) }}}} select date '2024-01-01' as day"})
    times = ["--event-time-start", "2024-01-01", "--event-time-end", "2024-01-02"]
    assert made.invoke("run", *times).success
    assert "1 of 1 START sql microbatch model main.days" in capfd.readouterr().out
    [result] = artifact(made, "run_results")["results"]
    assert [timing["name"] for timing in result["timing"]] == ["compile", "execute"]


def test_keys_are_those_of_constraints_before_those_of_tests(project: Make) -> None:
    described = """
groups: [{name: empty, owner: {name: nobody}}]
models:
  - name: of_model
    config: {contract: {enforced: true}, materialized: table}
    constraints: [{type: primary_key, columns: [a, b]}]
    columns: [{name: a, data_type: int, data_tests: [unique]}, {name: b, data_type: int}]
  - name: of_column
    config: {contract: {enforced: true}, materialized: table}
    columns: [{name: a, data_type: int}, {name: b, data_type: int, constraints: [{type: primary_key}]}]
  - name: of_test
    data_tests: [{dbt_utils.unique_combination_of_columns: {arguments: {combination_of_columns: [b, a]}}}]
"""
    models = {f"models/{name}.sql": "select 1 as a, 2 as b" for name in ("of_model", "of_column", "of_test")}
    packages = "packages: [{package: dbt-labs/dbt_utils, version: 1.3.0}]"
    made = project({"models/all.yml": described, "packages.yml": packages} | models)
    assert made.invoke("parse").success
    manifest = artifact(made, "manifest")
    keys = {
        name: manifest["nodes"][f"model.shop.{name}"]["primary_key"] for name in ("of_model", "of_column", "of_test")
    }
    assert keys == {"of_model": ["a", "b"], "of_column": ["b"], "of_test": ["a", "b"]}
    assert manifest["group_map"] == {"empty": []}


def test_freshness_of_no_sources_is_written_down(project: Make) -> None:
    made = project({"models/one.sql": "select 1 as id"})
    assert made.invoke("source", "freshness").success
    assert artifact(made, "sources")["results"] == []


def test_a_selector_that_cannot_be_read_is_told_whoever_is_asked(project: Make) -> None:
    selectors = "selectors:\n  - {name: good, definition: one}\n  - {name: bad, definition: {method: nope, value: x}}\n"
    made = project({"models/one.sql": "select 1 as id", "selectors.yml": selectors})
    assert "`nope`" in str(made.invoke("ls", "--selector", "good").exception)


def test_what_later_versions_will_not_take_is_taken_without_a_word(project: Make) -> None:
    described = "models: [{name: one, columns: [{name: id, tests: [{accepted_values: {values: [1]}}]}]}]"
    settings = "name: shop\nversion: '1.0'\nprofile: shop\nmodels: {shop: {materialized: table}}\n"
    files = {"models/one.sql": "select 1 as id", "models/one.yml": described, "dbt_project.yml": settings}
    assert project(files).invoke("build", "--warn-error").success


def test_what_a_materialization_does_not_commit_stays(project: Make) -> None:
    code = """
{% materialization plain, default %}
  {% call statement('main') %}create or replace table {{ this }} as {{ sql }}{% endcall %}
  {{ return({'relations': [this]}) }}
{% endmaterialization %}
"""
    made = project({"macros/plain.sql": code, "models/one.sql": "{{ config(materialized='plain') }} select 7 as id"})
    assert made.statuses("run") == {"one": "success"}
    assert made.rows("from one") == [(7,)]


def test_a_disabled_function_is_among_what_is_disabled(project: Make) -> None:
    described = "functions: [{name: f, config: {enabled: false}, returns: {data_type: int}, arguments: []}]"
    made = project({"functions/f.sql": "select 1", "functions/f.yml": described})
    assert made.invoke("parse").success
    assert list(artifact(made, "manifest")["disabled"]) == ["function.shop.f"]


def test_a_python_model_has_a_setting_wherever_it_asks_for_it(project: Make) -> None:
    code = "def model(dbt, session):\n    return session.sql('select {} as v'.format(dbt.config.get('v', 3)))\n"
    described = "models: [{name: asks, config: {v: 9}}]"
    made = project({"models/asks.py": code, "models/asks.yml": described})
    assert made.statuses("run") == {"asks": "success"}
    assert made.rows("from asks") == [(9,)]


def test_a_selection_that_means_nothing_leaves_the_manifest(project: Make) -> None:
    made = project({"models/one.sql": "select 1 as id"})
    assert not made.invoke("run", "--select", "nope:one").success
    assert "model.shop.one" in artifact(made, "manifest")["nodes"]


def test_clone_tells_of_each_node(project: Make, capfd: pytest.CaptureFixture[str]) -> None:
    made = project({"models/one.sql": "select 1 as id"})
    assert made.invoke("run").success
    state = made.root / "state"
    state.mkdir()
    (made.root / "target" / "manifest.json").rename(state / "manifest.json")
    capfd.readouterr()
    assert made.invoke("clone", "--state", str(state)).success
    assert "1 of 1" in capfd.readouterr().out


def test_a_logged_text_has_one_time(project: Make, capfd: pytest.CaptureFixture[str]) -> None:
    made = project({"macros/tell.sql": "{% macro tell() %}{% do log('a:\\n  - b\\nc', info=true) %}{% endmacro %}"})
    assert made.invoke("run-operation", "tell").success
    lines = capfd.readouterr().out.splitlines()
    first = next(index for index, line in enumerate(lines) if line.endswith("  a:"))
    assert lines[first + 1 : first + 3] == ["  - b", "c"]


def test_a_hook_whose_template_fails_ends_the_command_where_it_stands(project: Make) -> None:
    made = project(
        {
            "dbt_project.yml": 'name: shop\nprofile: shop\non-run-end:\n  - "{{ results[99].x.y }}"\n',
            "models/a.sql": "select 1 as id",
        }
    )
    ended = made.invoke("run")
    assert not ended.success
    assert "dbt_project.yml" in str(ended.exception)
    assert [result["unique_id"] for result in artifact(made, "run_results")["results"]] == ["model.shop.a"]


def test_a_package_that_needs_a_variable_is_told_that_it_sees_none(project: Make) -> None:
    made = project(
        {
            "dbt_packages/pkg/dbt_project.yml": "name: pkg\nmodels: {pkg: {+materialized: \"{{ var('mat') }}\"}}\n",
            "models/a.sql": "select 1 as id",
        }
    )
    told = str(made.invoke("build", "--vars", "{mat: table}").exception)
    assert "the variable `mat` is not set" in told
    assert "dbt_packages/pkg/dbt_project.yml:2" in told
    assert "a package's project file sees no variables" in told


def test_a_package_that_is_built_in_is_defined(project: Make) -> None:
    asked = (
        "select {% if dbt_utils is defined %}{{ dbt_utils.star(ref('a')) }}{% else %}*{% endif %} from {{ ref('a') }}"
    )
    unknown = "select {% if not_there is defined %}{{ not_there.star() }}{% else %}'no' as found{% endif %}"
    made = project({"models/a.sql": "select 1 as id", "models/b.sql": asked, "models/c.sql": unknown})
    assert made.invoke("run").success
    assert made.rows("from b, c") == [(1, "no")]
    assert '"id"' in (made.root / "target" / "compiled" / "shop" / "models" / "b.sql").read_text("utf-8")


def test_an_operation_that_fails_says_why(project: Make) -> None:
    made = project(
        {"macros/stop.sql": "{% macro stop() %}\n{% do exceptions.raise_compiler_error('no more') %}{% endmacro %}"}
    )
    assert not made.invoke("run-operation", "stop").success
    [result] = artifact(made, "run_results")["results"]
    assert result["status"] == "error"
    assert "no more\n  --> macros/stop.sql:2:7" in result["message"]


def test_the_longest_chain_goes_first(project: Make) -> None:
    chain = {f"models/m{number}.sql": f"select * from {{{{ ref('m{number - 1}') }}}}" for number in (2, 3)}
    made = project({"models/alone.sql": "select 1 as id", "models/m1.sql": "select 1 as id"} | chain)
    assert made.invoke("run", "--threads", "1").success
    ran = [result["unique_id"].split(".")[-1] for result in artifact(made, "run_results")["results"]]
    assert ran[:2] == ["m1", "m2"]
    assert sorted(ran[2:]) == ["alone", "m3"]


def test_nodes_stand_in_the_order_of_their_files(project: Make, capfd: pytest.CaptureFixture[str]) -> None:
    tell = "{% macro tell() %}{{ print(graph.nodes.keys() | join(' ')) }}{% endmacro %}"
    paths = ["models/c.sql", "models/z/a.sql", "models/b.sql", "models/a/z.sql"]
    made = project(dict.fromkeys(paths, "select 1 as id") | {"seeds/s.csv": "id\n1\n", "macros/tell.sql": tell})
    assert made.invoke("run-operation", "tell").success
    ids = ["model.shop.z", "model.shop.b", "model.shop.c", "model.shop.a", "seed.shop.s"]
    assert " ".join(ids) in capfd.readouterr().out
    assert list(artifact(made, "manifest")["nodes"]) == ids


def test_a_node_that_was_refused_has_no_statement(project: Make) -> None:
    external = "{{ config(materialized='external', format='xlsy') }}\nselect 1 as id"
    made = project({"models/refused.sql": external, "models/ran.sql": "select 1 as id"})
    assert made.statuses("run") == {"refused": "error", "ran": "success"}
    nodes = artifact(made, "manifest")["nodes"]
    assert nodes["model.shop.refused"]["build_path"] is None
    assert nodes["model.shop.ran"]["build_path"] == "target/run/shop/models/ran.sql"
    assert [path.name for path in (made.root / "target" / "run" / "shop" / "models").iterdir()] == ["ran.sql"]


def test_retry_spells_its_flags_as_the_first_run_did(project: Make) -> None:
    made = project({"models/a.sql": "select nothing_here"})
    assert not made.invoke("run").success
    first = artifact(made, "run_results")["args"]["sqlparse"]
    assert not made.invoke("retry").success
    assert artifact(made, "run_results")["args"]["sqlparse"] == first
    assert first == {"MAX_GROUPING_DEPTH": None, "MAX_GROUPING_TOKENS": None}


def test_the_manifest_keeps_what_properties_say_of_macros_columns_and_external_tables(project: Make) -> None:
    made = project(
        {
            "macros/two.sql": "{% macro hidden(x) %}{% endmacro %}{% macro shown() %}{% endmacro %}",
            "macros/macros.yml": (
                "macros:\n"
                "  - {name: hidden, docs: {show: false}, meta: {a: 1, b: 1}, config: {meta: {b: 2}}}\n"
                "  - {name: shown, config: {docs: {node_color: red}}}\n"
            ),
            "models/b.sql": "select * from {{ source('s', 't') }} join {{ ref('a') }} using (c)",
            "models/a.sql": "select 1 as c",
            "models/models.yml": (
                "sources:\n"
                "  - name: s\n"
                "    tables:\n"
                "      - {name: t, external: {location: here, using: csv}, columns: [{name: c, policy_tags: [p]}]}\n"
            ),
        }
    )
    assert made.invoke("parse").success
    manifest = artifact(made, "manifest")
    hidden, shown = (manifest["macros"][f"macro.shop.{name}"] for name in ("hidden", "shown"))
    assert hidden["docs"] == hidden["config"]["docs"] == {"show": False, "node_color": None}
    assert hidden["meta"] == hidden["config"]["meta"] == {"a": 1, "b": 2}
    assert shown["docs"] == {"show": True, "node_color": "red"}
    source = manifest["sources"]["source.shop.s.t"]
    nothing = dict.fromkeys(("file_format", "row_format", "tbl_properties", "partitions"))
    assert source["external"] == nothing | {"location": "here", "using": "csv"}
    assert source["columns"]["c"]["policy_tags"] == ["p"]
    assert manifest["parent_map"]["model.shop.b"] == ["model.shop.a", "source.shop.s.t"]
