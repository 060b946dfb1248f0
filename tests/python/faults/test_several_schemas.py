"""A run over several schemas counts whole or not at all, because one state speaks of all of it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

import gristmill as dlt
from gristmill import _core
from gristmill.exceptions import PipelineStepFailed


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DLT_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)


def pipeline() -> Any:
    return dlt.pipeline("shop", destination=dlt.destinations.duckdb("store.duckdb"), dataset_name="data")


def source(name: str, last: int = 3, value: Any = 1) -> Any:
    @dlt.resource(name=name)
    def rows(at=dlt.sources.incremental("id", initial_value=0)):
        yield [{"id": number, "value": value} for number in range(1, last + 1)]

    @dlt.source(name=name)
    def made():
        return rows

    return made()


def ids(table: str) -> list[int]:
    with duckdb.connect("store.duckdb") as connection:
        return [row[0] for row in connection.execute(f"select id from data.{table} order by id").fetchall()]


def refuses(table: str) -> None:
    """From now on no value of that table's column fits."""
    with duckdb.connect("store.duckdb") as connection:
        connection.execute(f"alter table data.{table} alter value type tinyint")


def widens(table: str) -> None:
    with duckdb.connect("store.duckdb") as connection:
        connection.execute(f"alter table data.{table} alter value type bigint")


@pytest.mark.parametrize("culprit", ["orders", "returns"])
def test_one_that_can_never_load_takes_the_others_along(culprit: str) -> None:
    pipeline().run([source("orders"), source("returns")])
    refuses(culprit)
    values = {name: 1000 if name == culprit else 1 for name in ("orders", "returns")}
    with pytest.raises(PipelineStepFailed, match="1000") as caught:
        pipeline().run([source(name, 5, value) for name, value in values.items()])
    assert (ids("orders"), ids("returns")) == ([1, 2, 3], [1, 2, 3])
    failed = {info.schema_name: info for info in caught.value.step_info.load_packages}
    assert {name: info.state for name, info in failed.items()} == {"orders": "aborted", "returns": "aborted"}
    reasons = {path.parent.name: json.loads(path.read_text("utf-8")) for path in Path("data").rglob("error.json")}
    assert set(reasons) == {info.load_id for info in failed.values()}
    assert failed[culprit].load_id in reasons[next(i.load_id for n, i in failed.items() if n != culprit)]["message"]

    # Later runs go on, and once the value fits all rows are there, each once.
    assert not pipeline().has_pending_data
    widens(culprit)
    pipeline().run([source("orders", 5), source("returns", 5)])
    pipeline().run([source("orders", 5), source("returns", 5)])
    assert (ids("orders"), ids("returns")) == ([1, 2, 3, 4, 5], [1, 2, 3, 4, 5])


def waiting_packages() -> list[Path]:
    return sorted(path.parent for path in Path("data").rglob("manifest.json"))


def test_some_of_the_packages_of_a_run_are_no_run() -> None:
    pipeline().extract([source("orders"), source("returns")])
    packages = waiting_packages()
    assert len(packages) == 2
    shutil.rmtree(packages[0])
    assert not pipeline().has_pending_data
    pipeline().run([source("orders"), source("returns")])
    assert not waiting_packages()
    assert (ids("orders"), ids("returns")) == ([1, 2, 3], [1, 2, 3])


def test_what_is_left_of_a_run_that_was_set_aside_follows_it() -> None:
    pipeline().run([source("orders", 1), source("returns", 1)])
    pipeline().extract([source("orders"), source("returns")])
    packages = waiting_packages()
    # As if the process had ended between the two.
    _core.set_package_aside(str(packages[0]), "it cannot load")
    pipeline().run([source("orders"), source("returns")])
    assert [path.parent.name for path in waiting_packages()] == ["failed", "failed"]
    assert (ids("orders"), ids("returns")) == ([1, 2, 3], [1, 2, 3])


def test_a_damaged_package_takes_its_run_along() -> None:
    pipeline().extract([source("orders"), source("returns")])
    (waiting_packages()[0] / "manifest.json").write_text("{", "utf-8")
    with pytest.raises(PipelineStepFailed, match=r"manifest\.json"):
        pipeline().load()
    assert not pipeline().has_pending_data
    pipeline().run([source("orders"), source("returns")])
    assert (ids("orders"), ids("returns")) == ([1, 2, 3], [1, 2, 3])


def test_two_runs_that_wait_are_loaded_in_their_order() -> None:
    pipeline().extract([source("orders", 2), source("returns", 2)])
    pipeline().extract([source("orders", 4), source("returns", 4)])
    info = pipeline().run([source("orders", 5)])
    assert len(info.loads_ids) == 5
    assert (ids("orders"), ids("returns")) == ([1, 2, 3, 4, 5], [1, 2, 3, 4])


def test_schemas_merge_side_by_side() -> None:
    def merged(name: str, key: int) -> Any:
        @dlt.resource(name=name, primary_key="id", write_disposition={"disposition": "merge", "strategy": "upsert"})
        def rows():
            yield {"id": key, "tags": ["a", "b"]}

        return dlt.source(lambda: rows, name=name)()

    for _ in range(2):
        pipeline().run([merged("orders", 1), merged("returns", 2)])
    assert (ids("orders"), ids("returns")) == ([1], [2])
