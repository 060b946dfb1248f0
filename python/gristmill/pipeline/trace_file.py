"""The trace of the last run as a JSON file in the working directory, so that it is there after the process ended.

Nothing in the file is ever executed, and it is its owner's alone. A file that cannot be read is as good as none.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING, Any, cast

from gristmill import typed_json
from gristmill.load_info import (
    ExtractInfo,
    Job,
    LoadInfo,
    LoadJobMetrics,
    LoadPackageInfo,
    NormalizeInfo,
    StepInfo,
    TableMetrics,
)
from gristmill.pipeline.trace import PipelineTrace, StepTrace
from gristmill.schema import Schema

if TYPE_CHECKING:
    from collections.abc import Callable

Dict = dict[str, Any]
TRACE_FILE = "trace.json"
FORMAT = 2

_INFOS: dict[str, type[StepInfo]] = {kind.__name__: kind for kind in (ExtractInfo, NormalizeInfo, LoadInfo)}
_COUNTED = ("table_metrics", "resource_metrics", "job_metrics")


def text_of(trace: PipelineTrace) -> str:
    """The trace as JSON."""
    about = {**_fields(trace), "steps": [_step(step) for step in trace.steps]}
    return typed_json.dumps({"format": FORMAT, "trace": _with_text_keys(about)}, default=_shown)


def trace_of(text: bytes, pipeline: Any, schema_of: Callable[[str], Schema | None]) -> PipelineTrace | None:
    """The trace in a file, or None when it cannot be read."""
    try:
        stored = typed_json.loads(text)
        if stored["format"] != FORMAT:
            return None
        about = stored["trace"]
        steps = [_restored_step(step, pipeline, schema_of) for step in about.pop("steps")]
        return PipelineTrace(**about, steps=steps)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _with_text_keys(value: Any) -> Any:
    # Hints of nested tables may be keyed by a path, which is a tuple and no key of JSON.
    if isinstance(value, dict):
        found = cast("dict[Any, Any]", value)
        return {
            "__".join(map(str, cast("tuple[Any, ...]", key))) if isinstance(key, tuple) else key: _with_text_keys(each)
            for key, each in found.items()
        }
    if isinstance(value, list):
        return [_with_text_keys(each) for each in cast("list[Any]", value)]
    return value


def _shown(value: Any) -> Any:
    # A hint or a metric may be any object; its text is enough for a trace.
    try:
        return typed_json.encoded(value)
    except TypeError:
        return str(value)


def _fields(record: Any) -> Dict:
    return {f.name: vars(record)[f.name] for f in dataclasses.fields(record)}


def _step(step: StepTrace) -> Dict:
    info = step.step_info
    stored = None
    if info is not None:
        packages = [_package(package) for package in info.load_packages]
        stored = {**_fields(info), "kind": type(info).__name__, "load_packages": packages}
        del stored["pipeline"]
    return {**_fields(step), "step_info": stored}


def _package(package: LoadPackageInfo) -> Dict:
    return {**_fields(package), "schema": package.schema_name}


def _restored_step(step: Dict, pipeline: Any, schema_of: Callable[[str], Schema | None]) -> StepTrace:
    info = step.pop("step_info")
    made = StepTrace(**step)
    if info is not None:
        kind = _INFOS[info.pop("kind")]
        packages = [_restored_package(package, schema_of) for package in info.pop("load_packages")]
        metrics = {i: [_restored_metrics(m) for m in ms] for i, ms in info.pop("metrics").items()}
        made.step_info = kind(pipeline=pipeline, load_packages=packages, metrics=metrics, **info)
    return made


def _restored_package(package: Dict, schema_of: Callable[[str], Schema | None]) -> LoadPackageInfo:
    name = package.pop("schema")
    jobs = {state: [Job(*job) for job in jobs] for state, jobs in package.pop("jobs").items()}
    return LoadPackageInfo(**package, schema=schema_of(name) or Schema(name), jobs=jobs)


def _restored_metrics(metrics: Dict) -> Dict:
    for kind in _COUNTED:
        if isinstance(metrics.get(kind), dict):
            # The jobs of a load are told by their times, those of other steps by their rows.
            record = LoadJobMetrics if "outputs" in metrics else TableMetrics
            metrics[kind] = {n: record(*m) for n, m in cast("Dict", metrics[kind]).items()}
    return metrics


def merged(last: PipelineTrace | None, new: PipelineTrace) -> PipelineTrace:
    """Steps that were called one by one make one trace; a run begins a new one."""
    if last is None or len(new.steps) > 1:
        return new
    last.steps = [*last.steps, *new.steps][-STEPS_MAX:]
    last.finished_at = vars(new)["finished_at"] or dt.datetime.now(dt.UTC)
    return last


STEPS_MAX = 100
