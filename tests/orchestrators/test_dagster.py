"""dagster-dbt: its CLI resource with the asset stream, over gristmill's executable, manifest and log."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

dagster = pytest.importorskip("dagster")
dagster_dbt = pytest.importorskip("dagster_dbt")


def definitions(shop: Path, executable: Path, selected: str = "fqn:*"):
    subprocess.run([executable, "parse"], cwd=shop, check=True, capture_output=True)
    project = dagster_dbt.DbtProject(project_dir=shop, profiles_dir=shop)

    @dagster_dbt.dbt_assets(manifest=project.manifest_path, project=project, select=selected)
    def assets(context, dbt: dagster_dbt.DbtCliResource):
        yield from dbt.cli(["build"], context=context).stream()

    return assets, dagster_dbt.DbtCliResource(project_dir=project, dbt_executable=str(executable))


def test_assets_of_the_manifest(shop: Path, executable: Path) -> None:
    assets, _ = definitions(shop, executable)
    keys = {key.to_user_string() for key in assets.keys}
    assert keys == {"orders", "customers", "raw_orders", "history"}
    orders = dagster.AssetKey("orders")
    assert assets.asset_deps[orders] == {dagster.AssetKey("raw_orders")}
    assert "one row an order" in assets.descriptions_by_key[orders]
    assert len(list(assets.check_specs)) == 3


def test_the_stream_of_a_build(shop: Path, executable: Path) -> None:
    assets, dbt = definitions(shop, executable)
    result = dagster.materialize([assets], resources={"dbt": dbt}, raise_on_error=True)
    assert result.success
    made = {event.asset_key.to_user_string(): event for event in result.get_asset_materialization_events()}
    assert set(made) == {"orders", "customers", "raw_orders", "history"}
    metadata = made["orders"].materialization.metadata
    assert metadata["unique_id"].value == "model.shop.orders"
    assert metadata["Execution Duration"].value > 0
    assert metadata["status"].value == "success"
    checks = {check.check_name: check for check in result.get_asset_check_evaluations()}
    assert {name: check.passed for name, check in checks.items()} == {
        "unique_orders_id": True,
        "not_null_orders_id": True,
        "accepted_values_orders_customer__ada": False,
    }
    warned = checks["accepted_values_orders_customer__ada"]
    assert warned.severity == dagster.AssetCheckSeverity.WARN
    assert warned.metadata["dagster_dbt/failed_row_count"].value == 1


def test_a_build_that_fails(shop: Path, executable: Path) -> None:
    (shop / "models" / "broken.sql").write_text("select nothing from {{ ref('orders') }}", "utf-8")
    dbt = dagster_dbt.DbtCliResource(project_dir=str(shop), dbt_executable=str(executable))
    invocation = dbt.cli(["build"], raise_on_error=False)
    assert not invocation.is_successful()
    assert "nothing" in str(invocation.get_error())
    results = invocation.get_artifact("run_results.json")["results"]
    assert {result["unique_id"]: result["status"] for result in results}["model.shop.broken"] == "error"
    assert (invocation.target_path / "dbt.log").is_file()


def test_its_version_of_dbt(shop: Path, executable: Path) -> None:
    dbt = dagster_dbt.DbtCliResource(project_dir=str(shop), dbt_executable=str(executable))
    assert (dbt._cli_version.major, dbt._cli_version.minor) == (1, 11)
