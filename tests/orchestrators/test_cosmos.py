"""astronomer-cosmos: its graph from `dbt ls` and from the manifest, its runner, its watcher, its reading of the output."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("cosmos")

NODES = {
    "seed.shop.raw_orders",
    "model.shop.orders",
    "model.shop.customers",
    "snapshot.shop.history",
    "source.shop.crm.raw_orders",
}


@pytest.fixture(autouse=True)
def _airflow_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_HOME", str(tmp_path_factory.getbasetemp() / "airflow"))
    monkeypatch.setenv("AIRFLOW__COSMOS__ENABLE_CACHE", "False")


@pytest.fixture
def _dbt_by_name() -> Iterator[None]:
    """`import dbt` is gristmill, and is forgotten afterwards."""
    import gristmill.dbt
    from gristmill.dbt.names import MODULES, DbtNames

    gristmill.dbt.install()
    yield
    sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, DbtNames)]
    for name in MODULES:
        sys.modules.pop(name, None)


def graph(shop: Path, executable: Path, mode: str, invocation: str = "subprocess"):
    from cosmos.config import ExecutionConfig, ProfileConfig, ProjectConfig, RenderConfig
    from cosmos.constants import ExecutionMode, InvocationMode, LoadMode
    from cosmos.dbt.graph import DbtGraph

    method = LoadMode(mode)
    loaded = DbtGraph(
        project=ProjectConfig(
            dbt_project_path=None if method == LoadMode.DBT_MANIFEST else shop,
            project_name="shop",
            manifest_path=shop / "target" / "manifest.json" if method == LoadMode.DBT_MANIFEST else None,
        ),
        render_config=RenderConfig(
            load_method=method,
            dbt_executable_path=executable,
            dbt_deps=False,
            invocation_mode=InvocationMode(invocation),
        ),
        execution_config=ExecutionConfig(
            dbt_executable_path=executable,
            dbt_project_path=shop if method == LoadMode.DBT_MANIFEST else None,
        ),
        profile_config=ProfileConfig(
            profile_name="shop", target_name="dev", profiles_yml_filepath=shop / "profiles.yml"
        ),
    )
    loaded.load(method=method, execution_mode=ExecutionMode.LOCAL)
    return loaded


def check_nodes(loaded) -> None:
    assert set(loaded.nodes) >= NODES
    orders = loaded.nodes["model.shop.orders"]
    assert (orders.resource_type.value, orders.tags, orders.depends_on) == (
        "model",
        ["daily"],
        ["seed.shop.raw_orders"],
    )
    assert orders.config["materialized"] == "table"
    assert str(orders.file_path).endswith("models/orders.sql")
    tests = [node for node in loaded.nodes.values() if node.resource_type.value == "test"]
    assert len(tests) == 3
    assert orders.has_test


def test_a_graph_of_dbt_ls(shop: Path, executable: Path) -> None:
    check_nodes(graph(shop, executable, "dbt_ls"))


@pytest.mark.usefixtures("_dbt_by_name")
def test_a_graph_of_dbt_ls_by_the_runner(shop: Path, executable: Path) -> None:
    check_nodes(graph(shop, executable, "dbt_ls", "dbt_runner"))


def test_a_graph_of_the_manifest(shop: Path, executable: Path) -> None:
    subprocess.run([executable, "parse"], cwd=shop, check=True, capture_output=True)
    check_nodes(graph(shop, executable, "dbt_manifest"))


@pytest.mark.usefixtures("_dbt_by_name")
def test_its_runner(shop: Path) -> None:
    from cosmos.dbt import runner
    from cosmos.exceptions import CosmosDbtRunError

    told: list[str] = []
    environment = dict(os.environ)
    command = ["dbt", "build", "--no-static-parser", "--profiles-dir", str(shop), "--project-dir", str(shop)]
    assert runner.is_available()
    built = runner.run_command(command, environment, str(shop), callbacks=[lambda event: told.append(event.info.name)])
    runner.handle_exception_if_needed(built)
    assert runner.parse_number_of_warnings(built) == 1
    names, messages = runner.extract_message_by_status(built, ["warn"])
    assert names == ["accepted_values_orders_customer__ada"]
    assert messages == ["Got 1 result, configured to warn if != 0"]
    assert {"MainReportVersion", "NodeStart", "NodeFinished", "CommandCompleted"} <= set(told)

    (shop / "models" / "broken.sql").write_text("select nothing from {{ ref('orders') }}", "utf-8")
    failed = runner.run_command(["dbt", "run", "-s", "broken"], environment, str(shop))
    with pytest.raises(CosmosDbtRunError, match=r"(?s)broken: .*nothing"):
        runner.handle_exception_if_needed(failed)
    refused = runner.run_command(["dbt", "run", "--no-such-flag"], environment, str(shop))
    with pytest.raises(CosmosDbtRunError, match="--no-such-flag"):
        runner.handle_exception_if_needed(refused)


def test_its_reading_of_the_output(shop: Path, executable: Path) -> None:
    from cosmos.dbt.parser.output import extract_log_issues, parse_number_of_warnings_subprocess
    from cosmos.hooks.subprocess import FullOutputSubprocessResult

    done = subprocess.run([executable, "build"], cwd=shop, check=True, capture_output=True, text=True)
    lines = done.stdout.splitlines()
    assert parse_number_of_warnings_subprocess(FullOutputSubprocessResult(0, lines[-1], lines)) == 1
    names, messages = extract_log_issues(lines)
    assert names == ["accepted_values_orders_customer__ada"]
    assert messages == ["Got 1 result, configured to warn if != 0"]


def test_its_watcher(shop: Path, executable: Path) -> None:
    from cosmos.operators._watcher import base

    done = subprocess.run(
        [executable, "--log-format", "json", "--log-level", "debug", "build"],
        cwd=shop,
        check=True,
        capture_output=True,
        text=True,
    )
    pushed: dict[str, object] = {}

    class Instance:
        def xcom_push(self, key: str, value: object) -> None:
            pushed[key] = value

        def xcom_pull(self, key: str, **_: object) -> object:
            return pushed.get(key)

    for line in done.stdout.splitlines():
        json.loads(line)
        base.store_dbt_resource_status_from_log(line, {"context": {"ti": Instance()}, "project_dir": str(shop)})
    for unique_id in NODES - {"source.shop.crm.raw_orders"}:
        key = base.get_status_xcom_key(unique_id)
        assert pushed[key] == {"status": "success", "outlet_uris": []}
        event = pushed[base.get_dbt_event_xcom_key(unique_id)]
        assert isinstance(event, dict)
        assert event["start_time"] <= event["finish_time"]
