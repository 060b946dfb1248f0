"""Flags that change what a command prints, writes or takes for a failure."""

from __future__ import annotations

import json

import pytest

from .conftest import Make, Project

MODELS = {
    "models/e.sql": "{{ config(materialized='ephemeral') }} select 1 as id",
    "models/a.sql": "{{ config(materialized='table') }} select * from {{ ref('e') }}",
    "models/b.sql": "select * from {{ ref('a') }}{{ print('printed') }}",
    "models/schema.yml": "models:\n  - name: a\n    columns: [{name: id, data_tests: [unique]}]\n"
    "  - name: b\n    columns:\n      - name: id\n        data_tests: [{relationships: {arguments: {to: ref('a'), field: id}}}]\n",
    "seeds/raw.csv": "id,name\n1,ada\n2,bob\n",
}


@pytest.fixture
def shop(project: Make) -> Project:
    return project(MODELS)


@pytest.mark.parametrize(
    ("options", "warned", "fails"),
    [
        ("{error: all}", False, "does not match any enabled nodes"),
        ("{include: [NothingToDo]}", True, "nothing is selected"),
        ("{error: all, warn: [NoNodesForSelectionCriteria]}", True, "nothing is selected"),
        ("{error: '*', exclude: [NoNodesForSelectionCriteria, NothingToDo]}", True, None),
        ("{silence: [NoNodesForSelectionCriteria]}", False, None),
        ("{error: [NothingToDoo]}", False, "`NothingToDoo`, which is no warning"),
        ("{warn: [NothingToDo]}", False, "takes nothing out"),
    ],
)
def test_warnings_are_errors_by_name(
    shop: Project, capfd: pytest.CaptureFixture[str], options: str, warned: bool, fails: str | None
) -> None:
    ended = shop.invoke("run", "-s", "nope", "--warn-error-options", options)
    assert ended.success == (fails is None)
    assert (fails or "None") in str(ended.exception)
    assert ("[WARNING]: the selection criterion" in capfd.readouterr().out) == warned


def test_a_warning_of_a_template_fails_its_node(shop: Project) -> None:
    shop.add({"models/w.sql": "{% if execute %}{% do exceptions.warn('beware') %}{% endif %} select 1 as id"})
    assert shop.statuses("run", "-s", "w") == {"w": "success"}
    options = "{error: [JinjaLogWarning]}"
    [failed] = shop.invoke("run", "-s", "w", "--warn-error-options", options).result
    assert (str(failed.status), "beware" in failed.message) == ("error", True)


def test_tests_that_warn(shop: Project) -> None:
    shop.add({"tests/t.sql": "{{ config(severity='warn') }} select 1 as id"})
    assert shop.statuses("test", "-s", "t") == {"t": "warn"}
    assert shop.statuses("test", "-s", "t", "--warn-error") == {"t": "fail"}
    assert shop.statuses("test", "-s", "t", "--warn-error-options", "{error: [LogTestResult]}") == {"t": "fail"}
    options = "{error: all, warn: [LogTestResult]}"
    assert shop.statuses("test", "-s", "t", "--warn-error-options", options) == {"t": "warn"}


def test_rows_of_seeds_are_shown(shop: Project, capfd: pytest.CaptureFixture[str]) -> None:
    assert shop.invoke("seed", "--show").success
    told = capfd.readouterr().out
    assert "Random sample of table: main.raw" in told
    assert "| id | name |" in told
    assert "|  1 | ada  |" in told


def test_ephemeral_models_are_left_out(shop: Project) -> None:
    compiled = shop.root / "target/compiled/shop/models/a.sql"
    assert shop.invoke("compile", "-s", "a").success
    assert "with __dbt__cte__e as" in compiled.read_text("utf-8")
    assert shop.invoke("compile", "-s", "a", "--no-inject-ephemeral-ctes").success
    assert compiled.read_text("utf-8").strip() == "select * from __dbt__cte__e"


def test_lines_are_as_wide_as_asked_for(shop: Project, capfd: pytest.CaptureFixture[str]) -> None:
    def width(*flags: str) -> int:
        assert shop.invoke("run", "-s", "a", *flags).success
        [line] = [line for line in capfd.readouterr().out.splitlines() if "[RUN]" in line]
        return line.index(" [RUN]")

    assert width("--printer-width", "100") == width() + 20


def test_nothing_is_printed_for_templates(shop: Project, capfd: pytest.CaptureFixture[str]) -> None:
    assert shop.invoke("compile", "-s", "b").success
    assert "printed\n" in capfd.readouterr().out
    assert shop.invoke("compile", "-s", "b", "--no-print").success
    assert "printed\n" not in capfd.readouterr().out


def test_the_log_file(shop: Project) -> None:
    log = shop.root / "logs" / "dbt.log"
    assert shop.invoke("run", "-s", "a", "--log-level-file", "warn").success
    assert "START" not in log.read_text("utf-8")
    assert shop.invoke("run", "-s", "a").success
    assert "\x1b[32mOK" in log.read_text("utf-8")
    log.unlink()
    assert shop.invoke("run", "-s", "a", "--no-use-colors-file").success
    assert "\x1b[" not in log.read_text("utf-8")
    assert shop.invoke("run", "-s", "a", "--log-file-max-bytes", "500").success
    assert (log.parent / "dbt.log.1").is_file()
    assert log.stat().st_size <= 500


@pytest.mark.parametrize(
    ("mode", "tests"),
    [
        ("eager", {"unique_a_id", "relationships_b_id__id__ref_a_"}),
        ("cautious", {"unique_a_id"}),
        ("buildable", {"unique_a_id"}),
        ("empty", set[str]()),
    ],
)
def test_which_tests_come_along(shop: Project, mode: str, tests: set[str]) -> None:
    listed = shop.invoke("ls", "-s", "a", "--output", "name", "--indirect-selection", mode).result
    assert set(listed) == {"a"} | tests


def test_kinds_by_the_environment(shop: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBT_RESOURCE_TYPES", "model seed")
    assert shop.invoke("ls", "--output", "name").result == ["a", "b", "e", "raw"]
    monkeypatch.setenv("DBT_EXCLUDE_RESOURCE_TYPES", "seed")
    assert shop.invoke("ls", "--output", "name").result == ["a", "b", "e"]
    monkeypatch.delenv("DBT_RESOURCE_TYPES")
    monkeypatch.setenv("DBT_ENGINE_RESOURCE_TYPES", "model")
    assert shop.invoke("ls", "--output", "name").result == ["a", "b", "e"]


def test_flags_of_the_project(shop: Project) -> None:
    more = "flags: {fail_fast: true, warn_error_options: {error: [NothingToDo]}, log_level_file: none}\n"
    shop.add({"dbt_project.yml": "name: shop\nversion: '1.0'\nprofile: shop\n" + more})
    assert not shop.invoke("run", "-s", "nope").success
    assert shop.invoke("run", "-s", "nope", "--warn-error-options", "{}").success
    assert not (shop.root / "logs").exists()
    assert shop.invoke("run").success
    assert json.loads((shop.root / "target/run_results.json").read_text("utf-8"))["args"]["fail_fast"] is True


def test_partial_parse_and_its_like_are_taken(shop: Project) -> None:
    flags = ["--partial-parse", "--no-partial-parse-file-diff", "--partial-parse-file-path", "target/parsed"]
    assert shop.invoke("parse", *flags, "--no-static-parser", "--use-experimental-parser").success


def test_where_artifacts_go(shop: Project) -> None:
    assert shop.invoke("run", "--target-path", "elsewhere", "--log-path", str(shop.root / "told")).success
    assert (shop.root / "elsewhere/run_results.json").is_file()
    assert (shop.root / "told/dbt.log").is_file()
    assert not (shop.root / "target").exists()
