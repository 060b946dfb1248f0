"""Pages stay bytes only where no code of the user's can see them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import gristmill as dlt
from gristmill.extract.items import BytesPage
from gristmill.extract.writer import TableWriter
from gristmill.sources.helpers.rest_client import RESTClient
from gristmill.sources.helpers.rest_client.paginators import JSONLinkPaginator
from tests.python.http.faults import Faults, answer

Pages = Iterator[Any]


def by_loop(pages: Pages) -> Pages:
    for page in pages:  # noqa: UP028
        yield page


def by_delegation(pages: Pages) -> Pages:
    yield from pages


def by_loop_with_words(pages: Pages) -> Pages:
    count = 0
    for page in pages:
        yield page
        count += 1  # noqa: SIM113


def by_both(pages: Pages) -> Pages:
    yield from by_loop(pages)


def looked_at_before(pages: Pages) -> Pages:
    for page in pages:
        json.dumps(page)
        yield page


def looked_at_after(pages: Pages) -> Pages:
    page: Any = None
    for page in pages:
        yield page
    json.dumps(page)


def looked_at_between(pages: Pages) -> Pages:
    for page in by_delegation(pages):
        yield page[:]


def by_next(pages: Pages) -> Pages:
    while (page := next(pages, None)) is not None:
        yield page


def captured(pages: Pages) -> Pages:
    for page in pages:
        yield page
        assert (lambda: page) is not None  # noqa: B023


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether each page that came to the writer was still bytes."""
    seen: list[bool] = []
    write = TableWriter.write

    def noted(self: TableWriter, resource: Any, data: Any, meta: Any) -> None:
        seen.append(isinstance(data, BytesPage))
        write(self, resource, data, meta)

    monkeypatch.setattr(TableWriter, "write", noted)
    return seen


def load(tmp_path: Path, resource: Any) -> int:
    pipeline = dlt.pipeline(
        "seen", destination=dlt.destinations.duckdb(str(tmp_path / "a.duckdb")), pipelines_dir=str(tmp_path)
    )
    pipeline.run(resource)
    with pipeline.sql_client() as sql:
        return sql.execute_sql("select count(*) from items")[0][0]


def pages_of(server: Faults) -> Pages:
    server.on("/items", answer({"items": [{"id": 1}], "next": "/2"}))
    server.on("/2", answer({"items": [{"id": 2}, {"id": 3}]}))
    return RESTClient(server.url).paginate("items", data_selector="items")


@pytest.mark.parametrize("passes", [by_loop, by_delegation, by_loop_with_words, by_both, lambda pages: pages, iter])
def test_handed_on_unseen(server: Faults, tmp_path: Path, written: list[bool], passes: Callable[..., Any]) -> None:
    resource = dlt.resource(lambda: passes(pages_of(server)), name="items")
    assert load(tmp_path, resource) == 3
    # The first page is looked at by the detection of its paginator, and stays bytes all the same.
    assert written == [True, True]


@pytest.mark.parametrize("looks", [looked_at_before, looked_at_after, looked_at_between, by_next, captured])
def test_seen(server: Faults, tmp_path: Path, written: list[bool], looks: Callable[..., Any]) -> None:
    assert load(tmp_path, dlt.resource(lambda: looks(pages_of(server)), name="items")) == 3
    assert written == [False, False]


def test_outside_of_a_pipeline_a_page_is_a_list_to_all(server: Faults) -> None:
    for page in pages_of(server):
        # What is written in C reads a list without asking it.
        assert list.__len__(page) == len(page)
        assert list.__getitem__(page, 0) == page[0]


def test_a_resource_iterated_by_hand_gives_lists(server: Faults) -> None:
    rows = list(dlt.resource(lambda: by_loop(pages_of(server)), name="items"))
    assert [row["id"] for row in rows] == [1, 2, 3]


def test_a_transformer_sees_a_list(server: Faults, tmp_path: Path) -> None:
    seen: list[int] = []

    @dlt.transformer(data_from=dlt.resource(lambda: pages_of(server), name="pages"), name="items")
    def items(page: Any) -> Any:
        seen.append(list.__len__(page))
        yield page

    assert load(tmp_path, items) == 3
    assert seen == [1, 2]


def test_metrics_see_a_list(server: Faults, tmp_path: Path) -> None:
    seen: list[int] = []
    resource = dlt.resource(lambda: pages_of(server), name="items")
    resource.add_metrics(lambda page, meta, metrics: seen.append(list.__len__(page)))
    assert load(tmp_path, resource) == 3
    assert seen == [1, 2]


def test_a_limit_needs_no_rows(server: Faults, tmp_path: Path, written: list[bool]) -> None:
    assert load(tmp_path, dlt.resource(lambda: by_loop(pages_of(server)), name="items").add_limit(1)) == 1
    assert written == [True]


# -- a cursor over pages of bytes ---------------------------------------------------------------------------------------


def cursor_pages(server: Faults, *pages: list[dict[str, Any]]) -> Callable[[], Pages]:
    for number, rows in enumerate(pages):
        following = f"/{number + 1}" if number + 1 < len(pages) else None
        server.on(f"/{number}", answer({"items": rows, "next": following}))
    client = RESTClient(server.url)
    return lambda: client.paginate("0", paginator=JSONLinkPaginator(), data_selector="items")


def state_of(tmp_path: Path, make: Callable[[], Pages], look: bool, **cursor: Any) -> tuple[int, Any]:
    """How many rows come, and what is remembered, over two runs."""
    folder = tmp_path / ("seen" if look else "bytes")
    resource = dlt.resource(make, name="items", incremental=dlt.sources.incremental("at", **cursor))
    if look:
        resource.add_map(lambda row: row)
    counts = [load(folder, resource) for _ in range(2)]
    # A range with an end leaves no state.
    return counts[-1], dlt.attach("seen", pipelines_dir=str(folder)).state.get("sources")


def latest(values: Any) -> Any:
    return max(values)


ROWS = [
    [{"at": "2024-01-01", "id": 1}, {"at": "2024-01-03", "id": 2, "n": {"x": [1.5, None]}}],
    [{"at": "2024-01-02", "id": 3}, {"at": "2024-01-03", "id": 4}],
    [{"at": "2024-01-01", "id": 5}],
]


@pytest.mark.parametrize(
    ("pages", "cursor", "as_bytes"),
    [
        pytest.param(ROWS, {}, [True] * 3, id="texts"),
        pytest.param([[{"at": n, "id": n} for n in (3, 1, 3)]], {}, [True], id="numbers"),
        pytest.param(ROWS, {"last_value_func": min}, [True] * 3, id="the lowest"),
        pytest.param(ROWS, {"initial_value": "2023-12-31"}, [True] * 3, id="from before"),
        pytest.param(ROWS, {"initial_value": "2024-01-01"}, [False, True, False], id="at the start"),
        pytest.param(ROWS, {"initial_value": "2024-01-02", "range_start": "open"}, [False] * 2, id="open"),
        pytest.param(ROWS, {"primary_key": "id"}, [True] * 3, id="by key"),
        pytest.param(ROWS, {"primary_key": ()}, [True] * 3, id="without duplicates"),
        pytest.param(ROWS, {"initial_value": "2023", "end_value": "2025"}, [True] * 3, id="within an end"),
        pytest.param(
            ROWS, {"initial_value": "2023", "end_value": "2024-01-03"}, [False] * 2 + [True], id="up to an end"
        ),
        pytest.param(
            ROWS,
            {"initial_value": "2025", "end_value": "2023", "last_value_func": min},
            [True] * 3,
            id="down to an end",
        ),
        pytest.param(ROWS, {"last_value_func": latest}, [False] * 3, id="a function"),
        pytest.param([[{"id": 1}]], {"on_cursor_value_missing": "include"}, [False], id="missing"),
    ],
)
def test_a_cursor_over_bytes_is_a_cursor_over_rows(
    server: Faults, tmp_path: Path, written: list[bool], pages: Any, cursor: Any, as_bytes: list[bool]
) -> None:
    make = cursor_pages(server, *pages)
    found = state_of(tmp_path, make, look=False, **cursor)
    first_run = written[: len(as_bytes)]
    written.clear()
    assert found == state_of(tmp_path, make, look=True, **cursor)
    assert not any(written)
    assert first_run == as_bytes
