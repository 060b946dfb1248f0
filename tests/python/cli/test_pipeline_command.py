"""`gristmill pipeline`: what dlt's command of that name tells and does."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

import gristmill as dlt

from .conftest import Run, shop


def tables() -> set[str]:
    with dlt.attach("shop").sql_client() as client:
        sql = "select table_name from information_schema.tables where table_schema = 'raw'"
        return {name for (name,) in client.execute_sql(sql) if not name.startswith("_dlt")}


def test_info_tells_state_resources_and_packages(loaded: dlt.Pipeline, gristmill: Run) -> None:
    code, out, _ = gristmill("pipeline", "shop", "info")
    assert code == 0
    lines = out.splitlines()
    assert lines[0] == f"Found pipeline shop in {loaded.pipelines_dir}"
    for line in (
        "dataset_name: raw",
        "destination_type: dlt.destinations.duckdb",
        "Add -v option to see sources state. Note that it could be large.",
        "orders with 2 table(s) and 1 resource state slot(s)",
        "users with 1 table(s) and 0 resource state slot(s)",
        "Has 1 completed load packages with following load ids:",
        loaded.last_trace.last_load_info.loads_ids[0],
    ):
        assert line in lines
    assert gristmill("pipeline", "shop") == (code, out, "")


def test_info_verbose_tells_sources_state_and_tables(loaded: dlt.Pipeline, gristmill: Run) -> None:
    _, out, _ = gristmill("-v", "pipeline", "shop", "info")
    assert '"last_value": 5' in out
    assert "\torders__tags table 5 column(s) received data" in out


def test_trace(loaded: dlt.Pipeline, gristmill: Run) -> None:
    _, out, _ = gristmill("pipeline", "shop", "trace")
    assert "Step normalize COMPLETED" in out and "- orders__tags: 2 row(s)" in out


def test_show_counts_rows_and_names_the_page_of_documents(loaded: dlt.Pipeline, gristmill: Run, tmp_path: Path) -> None:
    _, out, _ = gristmill("pipeline", "shop", "show")
    assert "orders: 2 row(s), 4 column(s)" in out and "  value           VARCHAR" in out
    assert "There is no dashboard" in out
    (tmp_path / "dbt_project.yml").write_text("name: shop\ntarget-path: out\n")
    _, out, _ = gristmill("pipeline", "shop", "show")
    assert "`gristmill docs generate` writes out/index.html" in out


def test_the_wrong_name_is_told_with_those_that_are_there(loaded: dlt.Pipeline, gristmill: Run) -> None:
    code, out, err = gristmill("pipeline", "shp", "info")
    assert (code, out) == (2, "")
    assert err.startswith("error: there is no pipeline `shp`") and "did you mean `shop`?" in err
    assert "Traceback" not in err


def test_list_pipelines(loaded: dlt.Pipeline, gristmill: Run, tmp_path: Path) -> None:
    code, out, _ = gristmill("pipeline", "--list-pipelines")
    assert code == 0 and out.startswith("1 pipelines found in ") and "\nshop (last run: " in out
    _, out, _ = gristmill("pipeline", "-l", "--pipelines-dir", str(tmp_path / "other"))
    assert out == f"No pipelines found in {tmp_path / 'other'}\n"


def test_pipelines_dir(gristmill: Run, tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    dlt.pipeline("far", pipelines_dir=str(folder), destination="duckdb", dataset_name="raw").run([1], table_name="t")
    assert gristmill("pipeline", "far", "info")[0] == 2
    assert gristmill("pipeline", "--pipelines-dir", str(folder), "far", "info")[0] == 0


def test_drop_asks_first(loaded: dlt.Pipeline, gristmill: Run) -> None:
    code, out, _ = gristmill("pipeline", "shop", "drop", "orders")
    assert code == 0
    assert "Table(s) to drop: ['orders__tags', 'orders']" in out
    assert "Resource(s) state to reset: ['orders']" in out
    assert "not confirmed" in out
    assert tables() == {"orders", "orders__tags", "users"}


@pytest.mark.parametrize(("answer", "left"), [("y\n", {"users"}), ("n\n", {"orders", "orders__tags", "users"})])
def test_an_answer_may_come_through_a_pipe(
    answer: str, left: set[str], loaded: dlt.Pipeline, gristmill: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    del loaded
    reading, writing = os.pipe()
    os.write(writing, answer.encode())
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as piped:
        monkeypatch.setattr("sys.stdin", piped)
        code, out, _ = gristmill("pipeline", "shop", "drop", "orders")
    assert code == 0
    assert f"[y/N]: {answer}" in out
    assert tables() == left


def test_drop_drops_tables_and_resets_state(loaded: dlt.Pipeline, gristmill: Run) -> None:
    code, _, _ = gristmill("pipeline", "shop", "drop", "re:^ord", "--state-paths", "seen", "-y")
    assert code == 0
    assert tables() == {"users"}
    after = dlt.attach("shop")
    assert after.state["sources"]["shop"] == {"resources": {}}
    assert after.default_schema.data_table_names() == ["users"]
    # What was dropped is read again from the start, and the destination agrees.
    shutil.rmtree(after.working_dir)
    again = dlt.pipeline("shop", destination="duckdb", dataset_name="raw")
    again.run(shop())
    assert dict(again.dataset().row_counts().fetchall()) == {"orders": 2, "orders__tags": 2, "users": 2}


def test_drop_of_state_only_keeps_the_tables(loaded: dlt.Pipeline, gristmill: Run) -> None:
    gristmill("pipeline", "shop", "drop", "--drop-all", "--state-only", "-y")
    assert tables() == {"orders", "orders__tags", "users"}
    assert dlt.attach("shop").state["sources"]["shop"] == {"resources": {}, "seen": 1}


def test_drop_of_nothing_tells_what_there_is(loaded: dlt.Pipeline, gristmill: Run) -> None:
    code, out, _ = gristmill("pipeline", "shop", "drop", "nothing", "-y")
    assert code == 0 and "there are: orders, users" in out
    code, _, err = gristmill("pipeline", "shop", "drop", "orders", "--schema", "other", "-y")
    assert code == 2 and "`shop`" in err


def test_drop_waits_for_packages(loaded: dlt.Pipeline, gristmill: Run) -> None:
    loaded.extract([{"n": 2}], table_name="users")
    code, _, err = gristmill("pipeline", "shop", "drop", "orders", "-y")
    assert code == 1 and "abort-packages" in err
    assert tables() == {"orders", "orders__tags", "users"}


def test_sync_restores_what_the_destination_holds(loaded: dlt.Pipeline, gristmill: Run) -> None:
    before = loaded.state
    with loaded.managed_state() as state:
        state["sources"]["shop"]["seen"] = 99
    assert gristmill("pipeline", "shop", "sync")[0] == 0
    assert dlt.attach("shop").state["sources"]["shop"]["seen"] == 99
    assert gristmill("pipeline", "shop", "sync", "-y")[0] == 0
    assert dlt.attach("shop").state["sources"] == before["sources"]


def test_sync_of_a_lost_working_dir(loaded: dlt.Pipeline, gristmill: Run) -> None:
    shutil.rmtree(loaded.working_dir)
    given = ("--destination", "duckdb", "--dataset-name", "raw")
    code, out, _ = gristmill("pipeline", "shop", "sync", *given)
    assert code == 0 and "not confirmed" in out and not Path(loaded.working_dir).exists()
    code, _, err = gristmill("pipeline", "shop", "sync", "-y")
    assert code == 2 and "--destination" in err
    assert gristmill("pipeline", "shop", "sync", *given, "-y")[0] == 0
    assert dlt.attach("shop").state["sources"]["shop"]["seen"] == 1
    code, _, err = gristmill("pipeline", "nobody", "sync", *given, "-y")
    assert code == 1 and "does not know it" in err


def test_packages_that_wait_are_shown_and_aborted(loaded: dlt.Pipeline, gristmill: Run) -> None:
    state = loaded.state
    loaded.extract(shop())
    loaded.extract([{"n": 3}], table_name="users")
    first, second = loaded.list_extracted_load_packages()
    _, out, _ = gristmill("pipeline", "shop", "info")
    assert "Has 2 normalized packages ready to be loaded" in out
    _, out, _ = gristmill("pipeline", "shop", "load-package")
    assert f"Package {second} found" in out and "Job: users, 1 row(s)" in out
    code, _, err = gristmill("pipeline", "shop", "load-package", second, "abort", "-y")
    assert code == 1 and f"`{first}` waits before" in err
    assert gristmill("pipeline", "shop", "abort-packages")[0] == 0
    assert len(loaded.list_extracted_load_packages()) == 2
    code, _, _ = gristmill("pipeline", "shop", "abort-packages", "-y")
    assert code == 0
    after = dlt.attach("shop")
    assert after.list_normalized_load_packages() == []
    assert after.state["sources"] == state["sources"]
    assert "Nothing to abort" in gristmill("pipeline", "shop", "drop-pending-packages", "-y")[1]


def test_load_package(loaded: dlt.Pipeline, gristmill: Run) -> None:
    (load_id,) = loaded.last_trace.last_load_info.loads_ids
    _, out, _ = gristmill("pipeline", "shop", "load-package")
    assert f"Package {load_id} found" in out and "table: orders__tags in completed_jobs. 2 row(s)." in out
    _, out, _ = gristmill("pipeline", "shop", "load-package", load_id, "-v")
    assert "  orders.id: bigint" in out
    _, out, _ = gristmill("pipeline", "shop", "load-package", load_id, "job", "users")
    assert "table: users" in out and "table: orders" not in out
    _, out, _ = gristmill("pipeline", "shop", "load-package", load_id, "row-counts")
    assert "Package is COMPLETED" in out and "  orders: 2" in out
    code, _, err = gristmill("pipeline", "shop", "load-package", load_id, "fail-job", "x")
    assert code == 1 and "one transaction" in err
    code, _, err = gristmill("pipeline", "shop", "load-package", "123")
    assert code == 1 and "`123`" in err


def test_failed_jobs_tells_why(loaded: dlt.Pipeline, gristmill: Run) -> None:
    assert "No failed jobs found" in gristmill("pipeline", "shop", "failed-jobs")[1]
    loaded.extract([{"n": 5}], table_name="users")
    (package,) = loaded._pending()
    schema = Path(package["path"]) / "schema.json"
    schema.write_text("{}")
    with pytest.raises(Exception, match=r"schema\.json"):
        loaded.load()
    _, out, _ = gristmill("pipeline", "shop", "failed-jobs")
    assert f"Checking failed jobs in load id '{package['load_id']}'" in out
    assert "JOB: users" in out and "schema.json" in out


@pytest.mark.parametrize("format_", ["json", "yaml", "dbml", "dot", "mermaid"])
def test_schema(loaded: dlt.Pipeline, gristmill: Run, tmp_path: Path, format_: str) -> None:
    code, out, _ = gristmill("pipeline", "shop", "schema", "--format", format_)
    assert code == 0
    head, text = out.split("\n", maxsplit=2)[1:]
    assert head == "Found schema with name shop"
    file = tmp_path / "shop.schema.json"
    file.write_text(loaded.default_schema.to_pretty_json())
    assert gristmill("schema", str(file), "--format", format_)[1] == text
    expected = {
        "json": '"orders__tags": {',
        "yaml": "  orders__tags:\n",
        "dbml": 'Ref: "orders__tags"."_dlt_parent_id" > "orders"."_dlt_id"',
        "dot": '"orders__tags":"_dlt_parent_id" -> "orders":"_dlt_id"',
        "mermaid": '    orders__tags }|--|| orders : "_dlt_parent"',
    }
    assert expected[format_] in text
    if format_ == "json":
        assert dlt.Schema.from_dict(json.loads(text)).version_hash == loaded.default_schema.version_hash


def test_schema_of_a_file_that_is_none(gristmill: Run, tmp_path: Path) -> None:
    assert gristmill("schema", "nowhere.json")[0] == 2
    (tmp_path / "a.yaml").write_text("a: 1\n")
    code, _, err = gristmill("schema", "a.yaml")
    assert code == 1 and "does not hold a schema" in err


def test_what_dlt_left_is_told(loaded: dlt.Pipeline, gristmill: Run) -> None:
    folder = Path(loaded.working_dir)
    (folder / "trace.json").rename(folder / "trace.pickle")
    (folder / "load" / "normalized" / "1795412400.5").mkdir(parents=True)
    code, out, _ = gristmill("pipeline", "shop", "info")
    assert code == 0
    assert "1795412400.5" in out and "only dlt can load" in out
    assert "does not open" in out


def test_a_reader_that_left_is_no_error(loaded: dlt.Pipeline, gristmill: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    import os
    import sys

    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w", buffering=1) as closed:
        monkeypatch.setattr(sys, "stdout", closed)
        assert gristmill("pipeline", "shop", "info", "-v")[0] == 0
        monkeypatch.undo()


def test_dbts_runner_refuses_commands_that_dbt_does_not_have() -> None:
    from gristmill.dbt import dbtRunner

    result = dbtRunner().invoke(["pipeline", "shop", "info"])
    assert not result.success
    assert "dbt's commands" in str(result.exception)


def test_looking_makes_no_database(gristmill: Run, tmp_path: Path) -> None:
    pipeline = dlt.pipeline("young", destination="duckdb", dataset_name="raw")
    pipeline.extract([{"a": 1}], table_name="t")
    (load_id,) = pipeline.list_extracted_load_packages()
    for operation in (
        ("info",),
        ("show",),
        ("load-package",),
        ("load-package", load_id, "row-counts"),
        ("failed-jobs",),
    ):
        assert gristmill("pipeline", "young", *operation)[0] == 0
    assert gristmill("pipeline", "young", "load-package", "1.2")[0] == 1
    assert not list(tmp_path.glob("*.duckdb"))
