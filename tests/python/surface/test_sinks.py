"""Functions as destinations: at least once, batch by batch, whatever fails in between."""

from __future__ import annotations

import datetime as dt
import gzip
import sys
import types
from pathlib import Path
from typing import Any

import pytest

import gristmill as dlt
from gristmill.common import json
from gristmill.destinations.delivery import NOTE
from gristmill.exceptions import DestinationNotSupported, DestinationTerminalException, LoadClientJobFailed

Rows = list[dict[str, Any]]
ROWS: Rows = [{"id": n} for n in range(5)]


@pytest.fixture(autouse=True)
def one_attempt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOAD__RAISE_ON_MAX_RETRIES", "1")


def ids(items: Rows) -> list[int]:
    return [item["id"] for item in items]


def test_delivery_goes_on_in_a_process_that_knows_nothing_of_the_first() -> None:
    taken: list[list[int]] = []

    def sink(items: Rows, table: dict[str, Any]) -> None:
        if len(taken) == 1:
            taken.append([])
            raise ConnectionError
        taken.append(ids(items))

    with pytest.raises(dlt.pipeline.exceptions.PipelineStepFailed, match="batches before this one were delivered"):
        dlt.pipeline("shop", destination=dlt.destination(sink, batch_size=2)).run(ROWS, table_name="rows")
    (note,) = Path(dlt.pipeline("shop").working_dir).glob(f"packages/*/{NOTE}")
    assert json.loads(note.read_text("utf-8")) == {"rows": 2}
    again = dlt.pipeline("shop", destination=dlt.destination(sink, batch_size=2))
    again.run([{"id": 9}], table_name="rows")
    assert taken == [[0, 1], [], [2, 3], [4], [9]]
    assert not again.has_pending_data


def test_what_can_never_be_taken_is_set_aside_and_read_again() -> None:
    taken: list[int] = []

    @dlt.resource
    def rows(at: Any = dlt.sources.incremental("id")) -> Any:
        yield [{"id": 1}, {"id": 2}, {"id": 3}]

    refused = {"id": 3}

    @dlt.destination(batch_size=1)
    def sink(items: Rows, table: dict[str, Any]) -> None:
        if items[0] == refused:
            message = "never"
            raise DestinationTerminalException(message)
        taken.extend(ids(items))

    pipeline = dlt.pipeline("shop", destination=sink)
    with pytest.raises(dlt.pipeline.exceptions.PipelineStepFailed) as caught:
        pipeline.run(rows())
    assert isinstance(caught.value.exception, LoadClientJobFailed)
    assert not pipeline.has_pending_data
    (aside,) = pipeline.list_completed_load_packages()
    assert "never" in str(pipeline.list_failed_jobs_in_package(aside)[0].failed_message)
    refused.clear()
    pipeline.run(rows())
    assert taken == [1, 2, 1, 2, 3]


def test_state_goes_back_to_what_was_delivered_last() -> None:
    taken: list[int] = []
    refuse = [False]

    def rows(last: int) -> Any:
        @dlt.resource(name="rows")
        def make(at: Any = dlt.sources.incremental("id")) -> Any:
            yield [{"id": n} for n in range(1, last + 1)]

        return make()

    @dlt.destination
    def sink(items: Rows, table: dict[str, Any]) -> None:
        if refuse[0]:
            message = "never"
            raise DestinationTerminalException(message)
        taken.extend(ids(items))

    pipeline = dlt.pipeline("shop", destination=sink)
    pipeline.run(rows(2))
    refuse[0] = True
    with pytest.raises(dlt.pipeline.exceptions.PipelineStepFailed, match="never"):
        pipeline.run(rows(3))
    refuse[0] = False
    pipeline.run(rows(4))
    assert taken == [1, 2, 3, 4]


def test_state_of_a_package_that_still_waits_is_not_taken_for_delivered() -> None:
    taken: list[int] = []
    refused = [2]

    def rows(last: int) -> Any:
        @dlt.resource(name="rows")
        def make(at: Any = dlt.sources.incremental("id")) -> Any:
            yield [{"id": n} for n in range(1, last + 1)]

        return make()

    @dlt.destination
    def sink(items: Rows, table: dict[str, Any]) -> None:
        if ids(items) == refused:
            message = "never"
            raise DestinationTerminalException(message)
        taken.extend(ids(items))

    pipeline = dlt.pipeline("shop", destination=sink)
    pipeline.extract(rows(1))
    pipeline.extract(rows(2))
    with pytest.raises(dlt.pipeline.exceptions.PipelineStepFailed, match="never"):
        pipeline.load()
    refused.clear()
    pipeline.run(rows(3))
    assert taken == [1, 2, 3]


def test_path_of_a_file_with_types() -> None:
    seen: list[Any] = []

    @dlt.destination(batch_size=0)
    def sink(path: str, table: dict[str, Any]) -> None:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            seen.extend(json.typed_loads(line) for line in file)

    row = {"id": 1, "at": dt.datetime(2024, 1, 1, tzinfo=dt.UTC), "raw": b"\0"}
    dlt.pipeline("shop", destination=sink).run([row], table_name="rows")
    assert seen == [row]


def test_types_within_nested_objects() -> None:
    taken: list[Any] = []

    @dlt.destination
    def sink(items: Rows, table: dict[str, Any]) -> None:
        taken.extend(items)

    at = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
    dlt.pipeline("shop", destination=sink).run([{"at": at, "inner": {"at": at}}], table_name="rows")
    (row,) = taken
    assert row["at"] == at
    assert isinstance(row["inner"]["at"], str)


def test_tables_side_by_side() -> None:
    taken: dict[str, int] = {}

    @dlt.destination(loader_parallelism_strategy="parallel", max_table_nesting=1)
    def sink(items: Rows, table: dict[str, Any]) -> None:
        taken[table["name"]] = taken.get(table["name"], 0) + len(items)

    @dlt.source(name="shop")
    def shop() -> Any:
        return [dlt.resource(ROWS, name=name) for name in ("a", "b", "c")]

    dlt.pipeline("shop", destination=sink).run(shop())
    assert taken == {"a": 5, "b": 5, "c": 5}


def test_function_by_its_module(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[int] = []
    module = types.ModuleType("my_sinks")

    def deliver(items: Rows, table: dict[str, Any]) -> None:
        taken.extend(ids(items))

    deliver.__module__, deliver.__qualname__ = "my_sinks", "deliver"
    module.deliver = deliver  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "my_sinks", module)
    pipeline = dlt.pipeline("shop", destination="my_sinks.deliver")
    pipeline.run(ROWS, table_name="rows")
    assert taken == ids(ROWS)
    assert pipeline.state["destination_type"] == "my_sinks.deliver"
    assert dlt.attach("shop").destination is not None


def test_dummy_forgets(monkeypatch: pytest.MonkeyPatch) -> None:
    pipeline = dlt.pipeline("shop", destination="dummy")
    assert pipeline.run(ROWS, table_name="rows").has_failed_jobs is False
    monkeypatch.setenv("DESTINATION__DUMMY__RETRY_PROB", "1.0")
    with pytest.raises(dlt.pipeline.exceptions.PipelineStepFailed, match="retry_prob"):
        pipeline.run(ROWS, table_name="rows")
    assert pipeline.has_pending_data


@pytest.mark.parametrize(
    "use", [lambda: dlt.destinations.postgres("x"), lambda: dlt.pipeline("a", destination="snowflake")]
)
def test_destinations_that_are_not_here_say_what_is(use: Any) -> None:
    with pytest.raises(DestinationNotSupported, match=r"use `duckdb`, `dummy`, or a function of your own"):
        use()


def test_reading_from_a_function_is_refused() -> None:
    pipeline = dlt.pipeline("shop", destination=dlt.destination(lambda items, table: None, name="shop"))
    pipeline.run(ROWS, table_name="rows")
    with pytest.raises(DestinationNotSupported, match="holds no tables"):
        pipeline.dataset()["rows"].fetchall()
