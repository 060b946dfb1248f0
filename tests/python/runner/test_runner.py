"""The door for Python: `dbtRunner`, and `gristmill up`."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
import threading
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from gristmill._core import GristmillError
from gristmill.dbt import Manifest, NodeStatus, dbtRunner, dbtUsageException, target_path, target_schema
from gristmill.dbt.errors import CompilationError

from .conftest import Make

SHOP = {
    "models/a.sql": "{{ config(materialized='table', tags=['daily']) }} select 1 as id union all select 2",
    "models/b.sql": "select * from {{ ref('a') }}",
    "models/schema.yml": "models:\n  - name: a\n    description: the first\n    columns:\n      - name: id\n        data_tests: [unique, not_null]\n",
    "seeds/s.csv": "id,name\n1,x\n2,\n",
}


def test_results_have_dbts_attributes(project: Make) -> None:
    result = project(SHOP).invoke("build")
    assert result.success
    assert result.exception is None
    by_name = {entry.node.name: entry for entry in result.result}
    model = by_name["a"]
    assert (model.status, model.message, model.failures) == (NodeStatus.Success, "OK", None)
    assert model.status == "success"
    assert model.node.config.materialized == "table"
    assert model.node.depends_on.nodes == []
    assert [timing.name for timing in model.timing] == ["compile", "execute"]
    assert model.execution_time > 0
    assert model.adapter_response == {"_message": "OK"}
    assert by_name["s"].message == "INSERT 2"
    assert by_name["unique_a_id"].failures == 0


def test_other_commands_give_what_dbt_gives(project: Make) -> None:
    shop = project(SHOP)
    assert shop.invoke("ls", "--select", "tag:daily", "--resource-type", "model").result == ["shop.a"]
    manifest = shop.invoke("parse").result
    assert manifest.nodes["model.shop.a"].description == "the first"
    assert manifest.metadata.dbt_schema_version.endswith("manifest/v12.json")
    assert shop.invoke("compile", "--select", "b").result[0].compiled_code == 'select * from "shop"."main"."a"'


def test_a_wrong_command_line_is_an_exception_that_is_not_raised() -> None:
    result = dbtRunner().invoke(["rnu"])
    assert not result.success
    assert isinstance(result.exception, dbtUsageException)


def test_flags_of_the_runner_are_those_of_the_command_line(project: Make) -> None:
    shop = project(SHOP)
    where = {"project_dir": shop.root, "profiles_dir": shop.root}
    assert isinstance(dbtRunner().invoke(["run"], selct="a", **where).exception, dbtUsageException)
    ran = dbtRunner().invoke(["run"], select=("a",), vars="{x: 1}", full_refresh=False, **where)
    assert [result.node.name for result in ran.result] == ["a"]
    listed = dbtRunner().invoke(["ls"], output="json", output_keys=["name"], resource_types=["seed"], **where)
    assert listed.result == ['{"name": "s"}']


def test_callbacks_get_dbts_events(project: Make) -> None:
    told: list[Any] = []
    project(SHOP).invoke("run", callbacks=[told.append])
    finished = [event for event in told if event.info.name == "NodeFinished"]
    assert {event.data.node_info.unique_id for event in finished} == {"model.shop.a", "model.shop.b"}
    assert {event.data.node_info.node_status for event in finished} == {"success"}


def test_invocations_side_by_side(project: Make) -> None:
    shop = project({f"models/m{number}.sql": f"select {number} as id" for number in range(4)})
    done: dict[int, bool] = {}

    def run(number: int) -> None:
        done[number] = shop.invoke("run", "--select", f"m{number}", "--target-path", f"target{number}").success

    threads = [threading.Thread(target=run, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert done == dict.fromkeys(range(4), True)


def test_one_file_is_opened_and_closed_from_many_threads(project: Make) -> None:
    # With settings DuckDB forgets an instance before it lets go of its file: a next one is refused for a moment.
    profile = "shop: {target: dev, outputs: {dev: {type: duckdb, path: shop.duckdb, config_options: {threads: 2}}}}\n"
    shop = project({"profiles.yml": profile, "models/a.sql": "select 1 as id"})
    failed: list[BaseException | None] = []

    def run(number: int) -> None:
        for _ in range(3):
            done = shop.invoke("--quiet", "show", "--inline", "select 1", "--target-path", f"target{number}")
            failed.extend([] if done.success else [done.exception])

    threads = [threading.Thread(target=run, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


def test_what_a_callback_raises_ends_the_command(project: Make) -> None:
    told: list[str] = []

    def fails(event: Any) -> None:
        told.append(event.info.name)
        if event.info.name == "NodeStart":
            raise LookupError(event.data.node_info.unique_id)

    shop = project(SHOP)
    result = shop.invoke("build", "--threads", "1", callbacks=[fails])
    assert isinstance(result.exception, LookupError)
    assert not result.success
    assert told[-1] == "NodeStart"
    assert shop.invoke("build").success


def test_a_manifest_travels(project: Make) -> None:
    shop = project(SHOP)
    parsed = shop.invoke("parse").result
    model = parsed.nodes["model.shop.a"]
    assert (type(model).__name__, repr(model.depends_on)) == ("ModelNode", "DependsOn(macros=[], nodes=[])")
    assert model is parsed.nodes["model.shop.a"]
    assert type(model.to_dict()["config"]) is dict
    for copy in (pickle.loads(pickle.dumps(parsed)), parsed.deepcopy(), Manifest.from_dict(parsed.to_dict())):
        assert copy == parsed
        assert shop.invoke("run", manifest=copy).success
    assert parsed.expect("model.shop.a") is model
    parsed.write(shop.root / "kept.json")
    assert Manifest.read(shop.root / "kept.json").nodes["model.shop.a"].columns["id"].name == "id"


def test_show_gives_its_rows(project: Make) -> None:
    sql = "select 1 as id, 1.50::decimal(4, 2) as price, date '2024-01-02' as day, null as nothing"
    [shown] = project(SHOP).invoke("show", "--inline", sql).result
    assert shown.agate_table.column_names == ("id", "price", "day", "nothing")
    assert shown.agate_table.rows[0].dict() == {
        "id": 1,
        "price": Decimal("1.50"),
        "day": date(2024, 1, 2),
        "nothing": None,
    }


def test_an_error_is_dbts_and_ours(project: Make) -> None:
    shop = project(SHOP)
    shop.add({"models/c.sql": "select * from {{ ref('nowhere') }}"})
    with pytest.raises(GristmillError) as caught:
        raise shop.invoke("run").exception or AssertionError
    assert isinstance(caught.value, CompilationError)
    assert (caught.value.kind, caught.value.file, caught.value.line) == ("ref-not-found", "models/c.sql", 1)


def test_artifacts_say_what_happened(project: Make) -> None:
    shop = project(SHOP)
    assert shop.invoke("build").success
    assert shop.invoke("docs", "generate").success
    target = shop.root / "target"
    results = json.loads((target / "run_results.json").read_text())
    assert results["metadata"]["dbt_schema_version"].endswith("run-results/v6.json")
    assert {entry["status"] for entry in results["results"]} == {"success", "pass"}
    catalog = json.loads((target / "catalog.json").read_text())
    assert catalog["nodes"]["model.shop.a"]["columns"]["id"]["type"] == "INTEGER"
    assert catalog["nodes"]["model.shop.b"]["metadata"]["type"] == "VIEW"
    assert "<html" in (target / "index.html").read_text()


def test_the_target_is_shared_with_pipelines(project: Make) -> None:
    shop = project(SHOP)
    assert target_path(shop.root, profiles_dir=shop.root) == str(shop.root / "shop.duckdb")
    assert target_schema(shop.root, profiles_dir=shop.root) == "main"


PIPELINE = """
import os
import duckdb
from gristmill.dbt import target_path

if __name__ == "__main__":
    with duckdb.connect(target_path(os.environ["DBT_PROJECT_DIR"])) as connection:
        connection.execute("create or replace table raw as select range as id from range(3)")
"""


def test_up_runs_pipelines_then_models_then_documents(project: Make) -> None:
    shop = project(
        {
            "pipelines/load.py": PIPELINE,
            "pipelines/_part.py": "raise SystemExit('not a pipeline')",
            "models/a.sql": "{{ config(materialized='table') }} select * from {{ source('main', 'raw') }}",
            "models/schema.yml": "sources: [{name: main, tables: [{name: raw}]}]\n"
            "models: [{name: a, columns: [{name: id, data_tests: [unique]}]}]\n",
        }
    )
    ran = up(shop.root)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "main.raw             3" in ran.stdout
    assert "tests     1 passed" in ran.stdout
    assert f"database  {shop.root / 'shop.duckdb'}" in ran.stdout
    assert "docs      " in ran.stdout
    assert "pipelines/load.py " in ran.stdout


def test_a_failed_pipeline_stops_before_the_models(project: Make) -> None:
    shop = project({"pipelines/load.py": "raise ValueError('no such feed')", "models/a.sql": "select 1 as id"})
    ran = up(shop.root)
    assert ran.returncode == 1
    assert "pipeline `pipelines/load.py` failed, so nothing was built" in ran.stdout
    assert "ValueError: no such feed" in ran.stdout
    assert not (shop.root / "shop.duckdb").exists()


def up(root: Path) -> subprocess.CompletedProcess[str]:
    args = [sys.executable, "-m", "gristmill", "up", "--project-dir", str(root)]
    return subprocess.run(args, capture_output=True, text=True, check=False, cwd=root)


def test_the_catalog_is_what_the_own_macro_of_a_project_says(project: Make) -> None:
    of_columns = {"database": "shop", "schema": "main", "name": "a", "type": "MINE", "comment": "asked", "owner": "me"}
    columns = ", ".join(f"'{value}' as table_{name}" for name, value in of_columns.items())
    shop = project(
        {
            "models/a.sql": "select 1 as id",
            "macros/own.sql": "{% macro get_catalog_relations(information_schema, relations) %}"
            f'{{{{ return(run_query("select {columns}, '
            "'id' as column_name, 1 as column_index, relations_there as column_type, null as column_comment "
            "from (select '\" ~ relations | map(attribute='identifier') | join(' ') ~ \"' as relations_there)\")) }}"
            "{% endmacro %}",
        }
    )
    assert shop.invoke("docs", "generate").success
    catalog = json.loads((shop.root / "target" / "catalog.json").read_text())
    assert catalog["nodes"]["model.shop.a"]["metadata"] == of_columns
    assert catalog["nodes"]["model.shop.a"]["columns"]["id"]["type"] == "a"


def test_a_manifest_that_is_given_is_not_parsed_again(project: Make) -> None:
    shop = project(SHOP)
    parsed = shop.invoke("parse", "--no-write-json").result
    assert not (shop.root / "target" / "manifest.json").exists()
    assert parsed.nodes["model.shop.b"].depends_on.nodes == ["model.shop.a"]
    # The project is run as it was when it was parsed.
    shop.add({"models/a.sql": "this is {{ not a template", "models/new.sql": "select 1 as x"})
    assert not shop.invoke("run").success
    ran = shop.invoke("run", manifest=parsed)
    assert ran.success
    assert sorted(result.node.name for result in ran.result) == ["a", "b"]
    assert shop.rows("select count(*) from b") == [(2,)]
    assert shop.invoke("ls", "--resource-type", "model", manifest=parsed).result == ["shop.a", "shop.b"]


def test_threads_share_a_manifest(project: Make) -> None:
    shop = project(SHOP)
    parsed = shop.invoke("parse").result
    ended: dict[str, bool] = {}

    def run(name: str) -> None:
        ended[name] = shop.invoke("compile", "--select", name, manifest=parsed).success

    threads = [threading.Thread(target=run, args=(name,)) for name in ("a", "b")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ended == {"a": True, "b": True}


def test_a_manifest_without_what_was_parsed_is_a_record(project: Make) -> None:
    shop = project(SHOP)
    read = Manifest(json.loads(json.dumps(shop.invoke("parse").result.to_dict())))
    shop.add({"models/new.sql": "select 1 as x"})
    assert len(shop.invoke("run", manifest=read).result) == 3
