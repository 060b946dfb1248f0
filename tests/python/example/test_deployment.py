"""The Airflow DAG and the Dockerfile do what they say, as far as it shows without their servers."""

from __future__ import annotations

import re
import runpy
import sys
import types
from dataclasses import dataclass, field
from typing import Any, Self

import pytest

from .conftest import ROOT, Project
from .test_sample import make_sample


@dataclass
class Operator:
    """Stands for Airflow's PythonOperator: keeps what it is given."""

    task_id: str
    python_callable: Any
    op_args: list[Any] = field(default_factory=list)
    downstream: list[Operator] = field(default_factory=list)

    def __rshift__(self, other: Operator) -> Operator:
        self.downstream.append(other)
        return other


class Dag:
    """Stands for Airflow's DAG."""

    def __init__(self, **arguments: Any) -> None:
        self.arguments = arguments

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None


def test_the_dag_ingests_builds_and_documents(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    make_sample(project.folder / "sample")
    modules = {
        name: types.ModuleType(name)
        for name in ("airflow", "airflow.models", "airflow.operators", "airflow.operators.python")
    }
    modules["airflow"].DAG = Dag  # type: ignore[attr-defined]
    modules["airflow.models"].Variable = types.SimpleNamespace(get=lambda _name, default_var: str(project.folder))  # type: ignore[attr-defined]
    modules["airflow.operators.python"].PythonOperator = Operator  # type: ignore[attr-defined]
    for name, module in modules.items():
        monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.setenv("DLT_DATA_DIR", project.environment["DLT_DATA_DIR"])
    monkeypatch.setenv("DLT_PROJECT_DIR", str(project.folder))
    monkeypatch.chdir(project.folder.parent)

    names = runpy.run_path(str(ROOT / "models" / "orchestration" / "airflow_dag.py"))
    task: Operator | None = names["load_files"]
    ran: list[str] = []
    while task is not None:
        task.python_callable(*task.op_args)
        ran.append(task.task_id)
        task = task.downstream[0] if task.downstream else None
    assert ran == ["ingest", "build", "document"]
    assert names["dag"].arguments["max_active_runs"] == 1
    assert project.query("select count(*) from amazon_marts.dim_products") == [(2000,)]
    assert (project.folder / "target" / "index.html").exists()

    # A failed node fails the task, with the node's name.
    (project.folder / "marts" / "broken.sql").write_text("select no_such_column")
    with pytest.raises(RuntimeError, match="broken"):
        names["models"](["run", "--select", "broken"], str(project.folder))


def test_the_image_copies_what_exists() -> None:
    text = (ROOT / "Dockerfile").read_text()
    copied = [
        word for line in re.findall(r"^COPY (?!--from)(.*)$", text, flags=re.MULTILINE) for word in line.split()[:-1]
    ]
    assert copied
    for name in copied:
        assert (ROOT / name).exists(), name
    assert len(re.findall(r"^FROM ", text, flags=re.MULTILINE)) == 2
    # Cargo reads no manifest that names a target whose file is not there.
    for target in re.findall(r'^path = "(.*)"$', (ROOT / "Cargo.toml").read_text(), flags=re.MULTILINE):
        assert target in copied
