"""What is told of a run is data too."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest

import gristmill
from gristmill.exceptions import PipelineStepFailed


def test_traces_and_load_infos_are_loaded_as_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    pipeline = gristmill.pipeline("p", pipelines_dir=str(tmp_path), destination="duckdb", dataset_name="d")
    info = pipeline.run([{"a": 1}], table_name="t")
    pipeline.run([pipeline.last_trace], table_name="trace")
    pipeline.run([info], table_name="info")
    dataset = pipeline.dataset()
    steps = dataset("select step, step_info__pipeline__pipeline_name from trace__steps order by 1").fetchall()
    assert steps == [("extract", "p"), ("load", "p"), ("normalize", "p")]
    assert dataset("select pipeline__pipeline_name, dataset_name from info").fetchall() == [("p", "d")]


def test_a_destination_that_is_gone_does_not_hinder_attach(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "gone_sink.py").write_text("def sink(items, table):\n    pass\n", "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    sink = gristmill.destination(importlib.import_module("gone_sink").sink)
    gristmill.pipeline("p", pipelines_dir=str(tmp_path), destination=sink).run([{"a": 1}], table_name="t")
    monkeypatch.delitem(sys.modules, "gone_sink")
    (tmp_path / "gone_sink.py").unlink()
    importlib.invalidate_caches()
    attached = gristmill.attach("p", pipelines_dir=str(tmp_path))
    assert attached.destination is not None
    assert attached.destination.destination_type == "gone_sink.sink"
    assert attached.default_schema.data_table_names() == ["t"]
    with pytest.raises(PipelineStepFailed, match=r"a function of `gone_sink\.sink` that this process does not know"):
        attached.run([{"a": 2}], table_name="t")
