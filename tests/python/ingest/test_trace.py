"""The trace of the last run is there after the process ended."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

import gristmill as dlt
from gristmill.pipeline.exceptions import PipelineStepFailed


def fresh() -> dlt.Pipeline:
    return dlt.pipeline("traced", destination="duckdb", dataset_name="data")


def test_trace_outlives_the_pipeline_object(tmp_path: Path) -> None:
    before = fresh()
    before.run([{"id": 1, "tags": ["a", "b"]}], table_name="rows")
    text, counts = str(before.last_trace), before.last_normalize_info.row_counts
    restored = fresh().last_trace
    assert restored is not before.last_trace
    assert str(restored) == text
    assert restored.asdict() == before.last_trace.asdict()
    assert restored.last_normalize_info.row_counts == counts
    assert restored.last_load_info.loads_ids == before.last_trace.last_load_info.loads_ids
    assert not restored.last_load_info.has_failed_jobs


def test_trace_tells_what_failed() -> None:
    def rows():
        yield {"id": 1}
        raise ValueError("the service is away")

    with pytest.raises(PipelineStepFailed):
        fresh().run(rows(), table_name="rows")
    step = fresh().last_trace.last_pipeline_step_trace("extract")
    assert "the service is away" in step.step_exception
    assert [t["exception_type"] for t in step.exception_traces][-1] == "ValueError"


def test_steps_that_are_called_one_by_one_make_one_trace() -> None:
    pipeline = fresh()
    pipeline.extract([{"id": 1}], table_name="rows")
    pipeline.normalize()
    pipeline.load()
    assert [step.step for step in fresh().last_trace.steps] == ["extract", "normalize", "load"]
    assert fresh().last_trace.last_normalize_info.row_counts["rows"] == 1


def test_file_is_the_owners_and_may_be_damaged() -> None:
    pipeline = fresh()
    pipeline.run([{"id": 1}], table_name="rows")
    file = Path(pipeline.working_dir) / "trace.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    for damage in (b"", b"{}", b"[1]", file.read_bytes()[:200], b"\xff"):
        file.write_bytes(damage)
        assert fresh().last_trace is None
    fresh().run([{"id": 2}], table_name="rows")
    assert fresh().last_trace is not None
