"""Pages are fetched ahead of who reads them, and stay bytes until somebody looks."""

from __future__ import annotations

import copy
import gc
import json
import pickle
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import gristmill as dlt
from gristmill.configuration.runtime import RuntimeConfiguration
from gristmill.extract.items import BytesPage
from gristmill.sources.helpers.rest_client import PageData, RESTClient
from gristmill.sources.helpers.rest_client.fetched import FetchedResponse
from gristmill.sources.helpers.rest_client.paginators import JSONLinkPaginator, OffsetPaginator, PageNumberPaginator
from tests.python.http.faults import Asked, Faults, answer

ROWS = [{"id": 1, "tags": ["a"]}, {"id": 2, "tags": []}]


def client_of(server: Faults, **settings: Any) -> RESTClient:
    return RESTClient(server.url, config=RuntimeConfiguration(request_backoff_factor=0.0, **settings))


def linked(server: Faults, pages: int = 3) -> None:
    for number in range(pages):
        following = f"/{number + 1}" if number + 1 < pages else None
        server.on(f"/{number}", answer({"items": [{"id": number, "tags": ["x"]}], "next": following}))


def one_page(server: Faults) -> Any:
    server.on("/items", answer({"items": ROWS}))
    return next(iter(client_of(server).paginate("items", paginator=JSONLinkPaginator(), data_selector="items")))


def test_the_next_page_comes_while_this_one_is_held(server: Faults) -> None:
    linked(server)
    arrived = threading.Event()
    second = server.scripts["/1"][0]

    def noticed(asked: Asked) -> None:
        arrived.set()
        assert isinstance(second, bytes)
        asked.send(second)

    server.on("/1", noticed)
    pages = client_of(server).paginate("0", paginator=JSONLinkPaginator(), data_selector="items")
    first = next(iter(pages))
    assert arrived.wait(10)
    assert [row["id"] for row in first] == [0]
    assert [[row["id"] for row in page] for page in pages] == [[1], [2]]


@pytest.mark.parametrize(
    "paginator",
    [
        pytest.param(lambda: PageNumberPaginator(base_page=1, total_path="pages"), id="numbers"),
        pytest.param(lambda: OffsetPaginator(2, total_path="rows"), id="offsets"),
    ],
)
def test_pages_with_a_known_total_come_at_once(server: Faults, paginator: Callable[[], Any]) -> None:
    together = threading.Barrier(2, timeout=10)
    number_of = {"page=3": 2, "page=4": 3, "offset=4": 2, "offset=6": 3}

    def page(asked: Asked) -> None:
        query = asked.target.partition("?")[2].split("&")
        later = [number_of[part] for part in query if part in number_of]
        if later:
            # Neither is answered before both have been asked for.
            together.wait()
        asked.send(answer({"items": [later or query], "pages": 4, "rows": 8}))

    server.on("/items", page)
    pages = client_of(server).paginate("items", paginator=paginator(), data_selector="items")
    assert [list(page) for page in pages][2:] == [[[2]], [[3]]]
    assert server.count("/items") == 4


def test_the_limit_for_a_host_holds(server: Faults) -> None:
    lock, now, most = threading.Lock(), [0], [0]

    def page(asked: Asked) -> None:
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        asked.server.over.wait(0.005)
        with lock:
            now[0] -= 1
        asked.send(answer({"items": [1], "pages": 12}))

    server.on("/items", page)
    client = client_of(server, request_concurrency=2)
    pages = client.paginate("items", paginator=PageNumberPaginator(1, total_path="pages"), data_selector="items")
    assert sum(len(page) for page in pages) == 12
    assert most[0] == 2


def test_who_reads_one_page_asks_for_two_at_most(server: Faults) -> None:
    server.on("/items", answer({"items": [1], "pages": 100}))
    pages = client_of(server).paginate(
        "items", paginator=PageNumberPaginator(1, total_path="pages"), data_selector="items"
    )
    next(iter(pages))
    del pages
    gc.collect()
    assert server.count("/items") <= 2


def test_a_total_that_shrinks_ends_the_pages(server: Faults) -> None:
    def page(asked: Asked) -> None:
        asked.send(answer({"items": [asked.target], "pages": 9 if "page=1" in asked.target else 2}))

    server.on("/items", page)
    pages = client_of(server).paginate(
        "items", paginator=PageNumberPaginator(1, total_path="pages"), data_selector="items"
    )
    assert len(list(pages)) == 2


def test_a_changed_request_is_asked_anew(server: Faults) -> None:
    server.on("/items", lambda asked: asked.send(answer({"items": [asked.target], "pages": 3})))
    found: list[str] = []
    client = client_of(server)
    for page in client.paginate("items", paginator=PageNumberPaginator(1, total_path="pages"), data_selector="items"):
        found.extend(page)
        page.request.params["kind"] = "b"
    assert found == ["/items?page=1", "/items?page=2&kind=b", "/items?page=3&kind=b"]


def test_a_header_may_carry_more_than_ascii(server: Faults) -> None:
    server.on("/items", answer({"items": ROWS}, headers={"X-Name": "caf\u00e9"}))
    [page] = client_of(server).paginate("items", data_selector="items", headers={"X-A": "b"})
    assert page.response.headers["x-name"].startswith("caf")
    assert server.asked[0].headers["x-a"] == "b"


# -- bytes --------------------------------------------------------------------------------------------------------------


def run(pipeline_dir: Path, resource: Any) -> Any:
    pipeline = dlt.pipeline(
        "pages", destination=dlt.destinations.duckdb(str(pipeline_dir / "a.duckdb")), pipelines_dir=str(pipeline_dir)
    )
    pipeline.run(resource)
    return pipeline


def test_what_nobody_looks_at_stays_bytes(server: Faults, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    linked(server)
    read: list[bool] = []
    content = FetchedResponse.content.fget
    assert content is not None
    monkeypatch.setattr(FetchedResponse, "content", property(lambda self: read.append(True) or content(self)))

    def pages() -> Any:
        yield from client_of(server).paginate("0", paginator=JSONLinkPaginator(), data_selector="items")

    pipeline = run(tmp_path, dlt.resource(pages, name="items"))
    assert read == []
    with pipeline.sql_client() as sql:
        assert sql.execute_sql("select id from items order by id") == [(0,), (1,), (2,)]
        assert sql.execute_sql("select value from items__tags") == [("x",)] * 3
    assert pipeline.last_trace.last_normalize_info.row_counts["items"] == 3


def test_a_step_sees_dicts(server: Faults, tmp_path: Path) -> None:
    linked(server)
    client = client_of(server)
    resource = dlt.resource(
        lambda: client.paginate("0", paginator=JSONLinkPaginator(), data_selector="items"), name="items"
    )
    resource.add_map(lambda row: {**row, "double": row["id"] * 2}).add_filter(lambda row: row["id"] != 1)
    pipeline = run(tmp_path, resource)
    with pipeline.sql_client() as sql:
        assert sql.execute_sql("select id, double from items order by id") == [(0, 0), (2, 4)]


def test_a_row_that_cannot_be_loaded_names_its_page(server: Faults, tmp_path: Path) -> None:
    server.on("/0", answer({"items": [{"id": 1}], "next": "/1?token=abc"}))
    server.on("/1", answer({"items": [{"id": 2}, {"id": "two"}]}))
    client = client_of(server)
    pages = dlt.resource(lambda: client.paginate("0", paginator=JSONLinkPaginator(), data_selector="items"), name="r")
    pages.apply_hints(columns={"id": {"name": "id", "data_type": "bigint"}}, schema_contract={"data_type": "freeze"})
    with pytest.raises(Exception, match=r"/1\?token=\*\*\* \(page 2\)") as raised:
        run(tmp_path, pages)
    assert "abc" not in str(raised.value)


LOOKS: dict[str, Callable[[Any], Any]] = {
    "iterate": list,
    "index": lambda page: page[0],
    "slice": lambda page: page[1:],
    "contains": lambda page: ROWS[1] in page,
    "equal": lambda page: page == ROWS,
    "unequal": lambda page: page != ROWS,
    "add": lambda page: page + [1],  # noqa: RUF005
    "add to": lambda page: [1] + page,  # noqa: RUF005
    "multiply": lambda page: page * 2,
    "star": lambda page: [*page],
    "reversed": lambda page: list(reversed(page)),
    "sorted": lambda page: sorted(page, key=lambda row: -row["id"]),
    "repr": repr,
    "copied": copy.copy,
    "zip": lambda page: list(zip(page, page, strict=True)),
    "pop": lambda page: [page.pop(), len(page)],
    "append": lambda page: [page.append(3), len(page)],
    "index of": lambda page: page.index(ROWS[1]),
    "filled and dumped": lambda page: json.dumps(page.filled() if isinstance(page, BytesPage) else page),
    "length": len,
    "truth": bool,
}


@pytest.mark.parametrize("name", list(LOOKS))
def test_a_page_of_bytes_is_a_list_however_our_own_code_looks(
    server: Faults, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gristmill.sources.helpers.rest_client.paging.is_seen", lambda: False)
    page = one_page(server)
    assert isinstance(page, list)
    assert isinstance(page, PageData)
    assert isinstance(page, BytesPage)
    found = LOOKS[name](page)
    assert found == LOOKS[name](copy.deepcopy(ROWS))
    assert isinstance(page, BytesPage) == (name in ("length", "truth"))


def test_a_page_that_was_looked_at_is_loaded_as_it_is_now(server: Faults, tmp_path: Path) -> None:
    server.on("/items", answer({"items": ROWS}))

    def pages() -> Any:
        for page in client_of(server).paginate("items", data_selector="items"):
            page.append({"id": 3})
            yield page

    with run(tmp_path, dlt.resource(pages, name="items")).sql_client() as sql:
        assert sql.execute_sql("select count(*) from items") == [(3,)]


def test_rows_survive_pickling(server: Faults) -> None:
    assert pickle.loads(pickle.dumps(list(one_page(server)))) == ROWS


def test_two_threads_read_at_once(server: Faults) -> None:
    linked(server, 20)
    client, counts = client_of(server), list[int]()

    def read() -> None:
        counts.append(sum(len(p) for p in client.paginate("0", paginator=JSONLinkPaginator(), data_selector="items")))

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts == [20] * 4
