"""Progress is drawn by the real libraries, and its counters move."""

from __future__ import annotations

import io
import logging
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import gristmill as dlt
from gristmill.common.runtime.collector import Collector, DictCollector
from gristmill.exceptions import MissingDependencyException, ValueErrorWithKnownValues

from .conftest import Run, shop

CALLS = ("on_start_trace", "on_start_trace_step", "on_end_trace_step", "on_end_trace")


class Recorded(Collector):
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.counts: dict[str, dict[str, int]] = {}
        self.hooks: list[tuple[str, str]] = []

    def update(self, name, inc=1, total=None, inc_total=None, message=None, label=None):
        assert self.step is not None
        counts = self.counts.setdefault(self.step.split()[0], {})
        counts[name] = counts.get(name, 0) + inc

    def _start(self, step: str) -> None:
        assert step == self.step

    def _stop(self) -> None:
        pass

    def on_start_trace(self, trace: Any, step: str, pipeline: Any) -> None:
        self.hooks.append(("start", step))

    def on_start_trace_step(self, trace: Any, step: str, pipeline: Any) -> None:
        self.hooks.append(("start step", step))

    def on_end_trace_step(self, trace: Any, step: Any, pipeline: Any, step_info: Any, send_state: bool) -> None:
        assert step.finished_at is not None
        self.hooks.append(("end step", step.step))

    def on_end_trace(self, trace: Any, pipeline: Any, send_state: bool) -> None:
        self.hooks.append(("end", trace.steps[-1].step))


def test_counters_move_in_each_step(gristmill: Run) -> None:
    seen = Recorded()
    dlt.pipeline("counted", destination="duckdb", dataset_name="raw", progress=seen).run(shop())
    rows = {"orders": 2, "orders__tags": 2, "users": 1}
    assert seen.counts == {
        "Extract": {"Resources": 2, "orders": 2, "users": 1},
        "Normalize": {"Files": 4, "Items": 6, "_dlt_pipeline_state": 1, **rows},
        "Load": {"Packages": 1, "Jobs": 4, "_dlt_pipeline_state": 1, **rows},
    }
    steps = ("extract", "normalize", "load")
    inner = [(at, step) for step in steps for at in ("start step", "end step")]
    assert seen.hooks == [("start", "run"), ("start step", "run"), *inner, ("end step", "run"), ("end", "run")]


def test_rows_are_told_while_they_come(gristmill: Run) -> None:
    seen = DictCollector()
    told: list[int] = []

    @dlt.resource
    def numbers() -> Iterator[Any]:
        for start in range(3):
            yield [{"n": start}] * 2
            told.append(0 if seen.counters is None else seen.counters["numbers"])

    dlt.pipeline("counting", destination="duckdb", dataset_name="raw", progress=seen).extract(numbers())
    assert told == [2, 4, 6]
    assert seen.counters is None


def draw(collector: Collector) -> None:
    """Two counters, one with a total that grows."""
    with collector("Extract shop") as shown:
        shown.update("Resources", 0, 2)
        shown.update("orders", 5)
        shown.update("Resources", 1)
        shown.update("Resources", 2, inc_total=1)
        shown.update("Resources", 1, total=1, label="Failed")
        shown.update("orders", 5)


def test_log(capsys: pytest.CaptureFixture[str]) -> None:
    draw(dlt.progress.log(log_period=0, dump_system_stats=False))
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == " Extract shop ".center(80, "-")
    assert lines[1].startswith("Resources: 0/2 (0.0%) | Time: 0.0")
    last = lines[len(lines) - 5 :]
    assert [line.split(" | ")[0].strip() for line in last] == [
        " Extract shop ".center(80, "-"),
        "Resources: 3/3 (100.0%)",
        "orders: 10",
        "Resources (Failed): 1/1 (100.0%)",
        "",
    ]
    assert all(line.endswith("/s") for line in last[1:4])


def test_log_waits_for_its_period(capsys: pytest.CaptureFixture[str]) -> None:
    draw(dlt.progress.log(log_period=3600, dump_system_stats=False))
    # At the first count, and at the end.
    assert capsys.readouterr().out.count("-- Extract shop --") == 2


def test_log_to_a_logger_or_a_stream(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        draw(dlt.progress.log(3600, logging.getLogger("etl"), logging.WARNING, dump_system_stats=False))
    assert {(r.name, r.levelname) for r in caplog.records} == {("etl", "WARNING")}
    caplog.clear()
    with caplog.at_level(logging.INFO, "gristmill"):
        draw(dlt.progress.log(3600, "dlt_logger", dump_system_stats=False))
    assert {r.name for r in caplog.records} == {"gristmill"}
    stream = io.StringIO()
    draw(dlt.progress.log(3600, stream, dump_system_stats=False))
    assert "Resources: 3/3 (100.0%)" in stream.getvalue()
    with pytest.warns(DeprecationWarning, match="dlt_logger"):
        dlt.progress.log(1, None, dump_system_stats=False)


def test_log_tells_memory_and_cpu() -> None:
    stream = io.StringIO()
    draw(dlt.progress.log(3600, stream))
    assert "Memory usage: " in stream.getvalue() and "CPU usage: " in stream.getvalue()


def test_log_without_psutil(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psutil", None)
    stream = io.StringIO()
    with pytest.warns(UserWarning, match="pip install psutil"):
        collector = dlt.progress.log(3600, stream)
    draw(collector)
    assert "Memory" not in stream.getvalue()


def test_tqdm() -> None:
    stream = io.StringIO()
    draw(dlt.progress.tqdm(file=stream, ncols=80, mininterval=0))
    text = stream.getvalue()
    assert "Extract shop: Resources:   0%" in text and "3/3" in text
    assert "orders: 10it" in text and "Resources[Failed]: 100%" in text
    alone = io.StringIO()
    draw(dlt.progress.tqdm(single_bar=True, file=alone, ncols=80, mininterval=0))
    assert "3/3" in alone.getvalue() and "orders" not in alone.getvalue()


def test_rich() -> None:
    import rich.console

    stream = io.StringIO()
    draw(
        dlt.progress.rich(console=rich.console.Console(file=stream, force_terminal=True, width=100, color_system=None))
    )
    text = stream.getvalue()
    assert "Extract shop: Resources" in text and "100%" in text and "Resources[Failed]" in text


def test_enlighten(monkeypatch: pytest.MonkeyPatch) -> None:
    import enlighten

    stream = io.StringIO()
    manager = enlighten.Manager(stream=stream)
    monkeypatch.setattr(enlighten, "get_manager", lambda **_: manager)
    draw(dlt.progress.enlighten(min_delta=0))
    text = stream.getvalue()
    assert "Extract shop" in text and "3/3" in text
    assert "orders 10" in text and "Resources[Failed] 100%" in text


def test_alive_progress() -> None:
    stream = io.StringIO()
    draw(dlt.progress.alive_progress(file=stream, force_tty=True, enrich_print=False))
    text = stream.getvalue()
    assert "Extract shop: Resources" in text and "3/2" in text and "orders" not in text


@pytest.mark.parametrize(
    ("make", "name", "package"),
    [
        (dlt.progress.tqdm, "tqdm", "tqdm"),
        (dlt.progress.enlighten, "enlighten", "enlighten"),
        (dlt.progress.alive_progress, "alive_progress", "alive-progress"),
        (dlt.progress.rich, "rich.progress", "rich"),
    ],
)
def test_a_library_that_is_missing(
    monkeypatch: pytest.MonkeyPatch, make: Callable[[], Any], name: str, package: str
) -> None:
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(MissingDependencyException, match=f'pip install "{package}"'):
        make()


def test_progress_from_the_configuration(
    gristmill: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PROGRESS", "log")
    dlt.pipeline("told", destination="duckdb", dataset_name="raw").run([{"a": 1}], table_name="t")
    assert " Extract told " in capsys.readouterr().out
    monkeypatch.setenv("PROGRESS", "bars")
    with pytest.raises(ValueErrorWithKnownValues, match="`alive_progress`"):
        dlt.pipeline("told", destination="duckdb", dataset_name="raw")
