"""Commands beside build, run and test, and what orchestrators read of a run."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from .conftest import PROJECT, Make

if TYPE_CHECKING:
    import pytest

AGED = {
    "models/s.yml": (
        "sources:\n  - name: raw\n    schema: main\n    config:\n"
        "      loaded_at_field: loaded\n      freshness: {warn_after: {count: 1, period: day}}\n"
        "    tables:\n      - name: fresh\n      - name: stale\n"
        '        config: {loaded_at_field: null, loaded_at_query: "select max(loaded) from {{ this }}"}\n'
    ),
    "macros/m.sql": (
        "{% macro fill(days) %}{% for name, age in {'fresh': 0, 'stale': days}.items() %}"
        "{% do run_query('create table ' ~ name ~ ' as select now()::timestamp - interval ' ~ age ~ ' day as loaded') %}"
        "{% endfor %}{% endmacro %}"
    ),
}


def test_version_begins_with_dbts() -> None:
    done = subprocess.run([sys.executable, "-m", "gristmill", "--version"], capture_output=True, text=True, check=True)
    found = re.search(r"(\d+\.\d+\.\d+)", done.stdout)
    assert found is not None
    assert found.group(1).startswith("1.11.")


def test_freshness_of_sources(project: Make) -> None:
    shop = project(AGED)
    assert shop.invoke("run-operation", "fill", "--args", "{days: 3}").success
    result = shop.invoke("source", "freshness", "--output", "aged.json")
    assert result.success
    assert {str(entry.node.unique_id): str(entry.status) for entry in result.result} == {
        "source.shop.raw.fresh": "pass",
        "source.shop.raw.stale": "warn",
    }


def test_a_source_that_is_too_old_is_told_once_more(project: Make, capfd: pytest.CaptureFixture[str]) -> None:
    limits = "freshness: {warn_after: {count: 1, period: day}, error_after: {count: 2, period: day}}"
    shop = project(
        AGED
        | {"models/s.yml": AGED["models/s.yml"].replace("freshness: {warn_after: {count: 1, period: day}}", limits)}
    )
    assert shop.invoke("run-operation", "fill", "--args", "{days: 3}").success
    assert not shop.invoke("source", "freshness").success
    told = capfd.readouterr().out
    assert re.search(r"Failure in source stale \(models/s.yml\)\n.*  the newest row is of \d{4}-", told)
    assert "in source fresh" not in told


def test_a_source_that_does_not_tell_its_age_is_told_with_its_line(
    project: Make, capfd: pytest.CaptureFixture[str]
) -> None:
    watched = "{freshness: {warn_after: {count: 1, period: day}}"
    shop = project(
        {
            "models/s.yml": (
                "sources:\n  - name: raw\n    tables:\n"
                f"      - name: ageless\n        config: {watched}}}\n"
                f"      - name: missing\n        config: {watched}, loaded_at_field: loaded}}\n"
            )
        }
    )
    assert shop.invoke("parse").success
    assert "models/s.yml:4:15" in capfd.readouterr().out
    result = shop.invoke("source", "freshness")
    assert not result.success
    assert {str(entry.node.name): str(entry.status) for entry in result.result} == {
        "ageless": "runtime error",
        "missing": "runtime error",
    }
    said = capfd.readouterr().out
    assert "ERROR freshness of raw.ageless" in said
    assert "models/s.yml:6:15" in said
    assert "`loaded_at_field` is `loaded`" in said


def test_log_path(project: Make, tmp_path: Path) -> None:
    shop = project({"models/a.sql": "select 1 as id"})
    assert shop.invoke("run", "--log-path", str(tmp_path / "logs"), "--log-format-file", "json").success
    lines = [json.loads(line) for line in (tmp_path / "logs" / "dbt.log").read_text("utf-8").splitlines()]
    assert len({line["info"]["invocation_id"] for line in lines}) == 1
    assert lines[0]["info"]["invocation_id"]
    [ended] = [line["data"]["node_info"] for line in lines if line["info"]["name"] == "NodeFinished"]
    assert (ended["unique_id"], ended["materialized"], ended["node_status"]) == ("model.shop.a", "view", "success")
    assert ended["node_started_at"] <= ended["node_finished_at"]


def test_the_log_of_a_project(project: Make) -> None:
    shop = project({"models/a.sql": "select 1 as id"})
    assert shop.invoke("run").success
    log = (shop.root / "logs" / "dbt.log").read_text("utf-8")
    assert "[debug] [Thread-1 (worker)]: Began executing node model.shop.a" in log
    assert shop.invoke("run", "--log-level-file", "none").success
    assert (shop.root / "logs" / "dbt.log").read_text("utf-8") == log


def test_many_small_models_at_once(project: Make) -> None:
    kinds = ["table", "view", "incremental"]
    models = {
        f"models/m{number}.sql": f"{{{{ config(materialized='{kinds[number % 3]}', post_hook='select 1') }}}} select {number} as id"
        for number in range(200)
    }
    shop = project(models)
    for _ in range(2):
        assert shop.invoke("run", "--threads", "8").success


def test_statements_stand_in_the_log(project: Make) -> None:
    shop = project({"models/a.sql": "select 1 as id", "models/b.sql": "select nope from {{ ref('a') }}"})
    shop.invoke("run")
    log = (shop.root / "logs" / "dbt.log").read_text("utf-8")
    assert 'On model.shop.a: create or replace view "shop"."main"."a" as (\nselect 1 as id' in log
    assert re.search(r"SQL status: OK in \d+\.\d{3} seconds", log)
    assert re.search(r"SQL status: ERROR in \d+\.\d{3} seconds", log)


def test_show_takes_the_header_of_the_model(project: Make, capfd: pytest.CaptureFixture[str]) -> None:
    header = "{% call set_sql_header(config) %}with numbers as (select 7 as n){% endcall %}\n"
    shop = project({"models/a.sql": header + "select n from numbers"})
    assert shop.invoke("show", "--select", "a").success
    assert "| 7 |" in capfd.readouterr().out


def test_show_of_inline_sql(project: Make) -> None:
    result = project({"models/a.sql": "select 1 as id"}).invoke("show", "--inline", "select * from range(9) t(n)")
    assert result.success
    assert [entry.unique_id for entry in result.result] == ["sql_operation.shop.inline_query"]


def test_clean_leaves_what_the_project_is_made_of(project: Make) -> None:
    made = project({"models/a.sql": "select 1 as id", "dbt_project.yml": PROJECT + "clean-targets: [target, models]\n"})
    made.add({"target/x.txt": "x"})
    ended = made.invoke("clean")
    assert not ended.success
    assert "holds files of the project" in str(ended.exception)
    # Nothing is removed when one of them is refused.
    assert (made.root / "models" / "a.sql").exists()
    assert (made.root / "target" / "x.txt").exists()
    made.add({"dbt_project.yml": PROJECT + "clean-targets: [target, ../elsewhere]\n"})
    assert "not inside of the project" in str(made.invoke("clean").exception)
    made.add({"dbt_project.yml": PROJECT + "clean-targets: [target, never_there]\n"})
    assert made.invoke("clean").success
    assert not (made.root / "target").exists()


def test_seeds_are_shown_beside_hooks(project: Make) -> None:
    hooked = PROJECT + "on-run-start: [select 1]\n"
    made = project({"seeds/s.csv": "id\n1\n", "dbt_project.yml": hooked})
    assert made.invoke("seed", "--show").success
