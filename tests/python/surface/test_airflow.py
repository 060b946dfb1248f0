"""`PipelineTasksGroup` makes tasks of pipelines, with as much of Airflow as it asks for."""

from __future__ import annotations

import sys
import types
from collections.abc import Iterator
from typing import Any, Self

import pytest

import gristmill as dlt
from gristmill.exceptions import MissingDependencyException

MODULE = "gristmill.helpers.airflow_helper"


class Operator:
    def __init__(self, task_id: str, python_callable: Any, **kwargs: Any) -> None:
        self.task_id, self.work, self.later = task_id, python_callable, []

    def set_downstream(self, task: Operator) -> None:
        self.later.append(task.task_id)


class Group:
    def __init__(self, group_id: str, **kwargs: Any) -> None:
        self.group_id = group_id

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None: ...


@pytest.fixture
def airflow(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> Iterator[None]:
    conf = types.SimpleNamespace(get=lambda section, key: str(tmp_path))
    parts = {
        "airflow": {},
        "airflow.configuration": {"conf": conf},
        "airflow.utils": {},
        "airflow.utils.task_group": {"TaskGroup": Group},
        "airflow.operators": {},
        "airflow.operators.python": {"PythonOperator": Operator},
    }
    for name, attributes in parts.items():
        module = types.ModuleType(name)
        module.__path__ = []  # type: ignore[attr-defined]
        vars(module).update(attributes)
        monkeypatch.setitem(sys.modules, name, module)
    for name in ("DLT_PROJECT_DIR", "DLT_DATA_DIR", "DLT_LOCAL_DIR"):
        monkeypatch.setenv(name, str(tmp_path))
    sys.modules.pop(MODULE, None)
    yield
    sys.modules.pop(MODULE, None)


@dlt.source(name="shop")
def shop() -> Any:
    parent = dlt.resource([{"id": 1}], name="a")
    return parent, parent | dlt.transformer(lambda rows: rows, name="child"), dlt.resource([{"id": 2}], name="b")


def test_a_source_in_parts(airflow: None, tmp_path: Any) -> None:
    from gristmill.helpers.airflow_helper import PipelineTasksGroup

    group = PipelineTasksGroup("shop", wipe_local_data=False, local_data_folder=str(tmp_path), log_progress_period=0)
    pipeline = dlt.pipeline(
        "shop", destination=dlt.destinations.duckdb(str(tmp_path / "x.duckdb")), dataset_name="data"
    )
    first, second = group.add_run(pipeline, shop(), decompose="serialize")
    assert (first.task_id, second.task_id) == ("shop.a-child", "shop.b")
    assert first.later == ["shop.b"]
    first.work()
    second.work()
    assert sorted(pipeline.dataset().row_counts().fetchall()) == [("a", 1), ("b", 1), ("child", 1)]
    with pytest.raises(ValueError, match="needs a source"):
        group.add_run(pipeline, [{"id": 1}], decompose="serialize")


def test_without_airflow() -> None:
    sys.modules.pop(MODULE, None)
    with pytest.raises(MissingDependencyException, match="apache-airflow"):
        __import__(MODULE)
