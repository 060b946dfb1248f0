"""A page that is none is an error that says what came; pages that lead in circles end."""

from __future__ import annotations

import gzip
import math
import zlib
from typing import Any

import pytest
from requests.exceptions import InvalidURL, RequestException

from gristmill.sources.helpers.rest_client.exceptions import (
    DataNotFound,
    PaginationLoop,
    ResponseNotJson,
    ResponseTooLarge,
)
from gristmill.sources.helpers.rest_client.paginators import (
    BasePaginator,
    JSONLinkPaginator,
    JSONResponseCursorPaginator,
    OffsetPaginator,
    PageNumberPaginator,
    SinglePagePaginator,
)
from tests.python.http.faults import Faults, answer

pytestmark = pytest.mark.fault

HTML = {"Content-Type": "text/html"}
LOGIN = b"<!doctype html><html><head><title> Sign in - Shop </title></head><body>password</body></html>"


def rows(client: Any, selector: str | None = "items") -> list[Any]:
    pages = client.paginate("items", paginator=SinglePagePaginator(), data_selector=selector)
    return [row for page in pages for row in page]


def test_a_login_page(server: Faults, connect: Any) -> None:
    server.on("/items", answer(LOGIN, headers=HTML))
    with pytest.raises(ResponseNotJson, match=r"HTML page called `Sign in - Shop`.*looks like a login page") as raised:
        rows(connect(server.url))
    assert (raised.value.url, raised.value.page) == (f"{server.url}/items", 1)


def test_a_login_page_behind_a_redirect(server: Faults, connect: Any) -> None:
    server.on("/items", answer(b"", 302, {"Location": "/login?back=items"}))
    server.on("/login", answer(LOGIN, headers=HTML))
    with pytest.raises(ResponseNotJson, match=r"login page(.|\n)*/login\?back=items \(page 1"):
        rows(connect(server.url))


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"<html><title>Welcome</title></html>", "an HTML page called `Welcome` came instead of JSON"),
        (b"", "the body of the answer is empty"),
        (b"id,name\n1,a", "not JSON"),
    ],
)
def test_what_is_not_json(server: Faults, connect: Any, body: bytes, said: str) -> None:
    server.on("/items", answer(body, headers={"Content-Type": "text/plain"}))
    with pytest.raises(ResponseNotJson, match=said):
        rows(connect(server.url))


def test_json_under_a_wrong_name_is_read(server: Faults, connect: Any) -> None:
    server.on("/items", answer({"items": [1]}, headers={"Content-Type": "text/html"}))
    assert rows(connect(server.url)) == [1]


@pytest.mark.parametrize("selector", [None, "items", "$"])
def test_a_null_body(server: Faults, connect: Any, selector: str | None) -> None:
    server.on("/items", answer(None))
    with pytest.raises(DataNotFound):
        rows(connect(server.url), selector)


@pytest.mark.parametrize("selector", ["items", "data.items", "items[*].id", "[0]"])
def test_a_missing_data_path(server: Faults, connect: Any, selector: str) -> None:
    server.on("/items", answer({"error": "over quota", "code": 7}))
    with pytest.raises(DataNotFound, match=r"it has `error`, `code`(.|\n)*/items \(page 1, status 200\)"):
        rows(connect(server.url), selector)


def test_a_missing_data_path_may_be_allowed(server: Faults, connect: Any) -> None:
    server.on("/items", answer({"total": 0}))
    assert rows(connect(server.url, {"http_allow_missing_data": True})) == []


@pytest.mark.parametrize("body", [{"items": []}, {"items": None}])
def test_an_empty_page_is_one(server: Faults, connect: Any, body: Any) -> None:
    server.on("/items", answer(body))
    assert rows(connect(server.url)) == []


@pytest.mark.parametrize("selector", ["items", "$", "items[*].id"])
def test_a_later_page_without_data(server: Faults, connect: Any, selector: str) -> None:
    server.on("/items", answer({"items": [{"id": 1}], "next": "/2"}))
    server.on("/2", answer(None if selector == "$" else {"message": "try later"}))
    with pytest.raises(DataNotFound, match="page 2"):
        list(connect(server.url).paginate("items", paginator=JSONLinkPaginator(), data_selector=selector))


def test_the_same_link_forever(server: Faults, connect: Any) -> None:
    server.on("/items", answer({"items": [1], "next": "/items"}))
    with pytest.raises(PaginationLoop, match="the next page is page 1 again"):
        list(connect(server.url).paginate("items", paginator=JSONLinkPaginator()))
    assert server.count("/items") == 1


def test_an_empty_link_ends_the_pages(server: Faults, connect: Any) -> None:
    server.on("/items", answer({"items": [1], "next": ""}))
    assert len(list(connect(server.url).paginate("items", paginator=JSONLinkPaginator()))) == 1


def test_a_circle_of_links(server: Faults, connect: Any) -> None:
    server.on("/items", answer({"items": [0], "next": "/a"}))
    server.on("/a", answer({"items": [1], "next": "/b"}))
    server.on("/b", answer({"items": [2], "next": "/a"}))
    with pytest.raises(PaginationLoop, match=r"page 2 again(.|\n)*/b \(page 3\)"):
        list(connect(server.url).paginate("items"))


def test_the_same_cursor_forever(server: Faults, connect: Any) -> None:
    server.on("/items", answer({"items": [1], "cursor": "c"}))
    with pytest.raises(PaginationLoop):
        list(connect(server.url).paginate("items", paginator=JSONResponseCursorPaginator("cursor")))
    assert server.count("/items") == 2


@pytest.mark.parametrize(
    "paginator",
    [
        OffsetPaginator(1, total_path=None),
        PageNumberPaginator(total_path=None, stop_after_empty_page=False, has_more_path="more"),
        OffsetPaginator(1, total_path=None, offset_body_path="page.from"),
    ],
)
def test_a_server_that_does_not_read_the_number_of_the_page(server: Faults, connect: Any, paginator: Any) -> None:
    server.on("/items", answer({"items": [1], "more": True}))
    with pytest.raises(
        PaginationLoop, match=r"11 pages in a row are the same(.|\n)*does not seem to read `(offset|page)"
    ):
        list(connect(server.url).paginate("items", paginator=paginator, data_selector="items"))
    assert server.count("/items") <= 13


def test_equal_pages_that_are_counted_are_all_read(server: Faults, connect: Any) -> None:
    server.on("/items", answer({"items": [0], "total": 30}))
    for paginator in (OffsetPaginator(1, total_path="total"), OffsetPaginator(1, total_path=None, maximum_offset=30)):
        pages = connect(server.url).paginate("items", paginator=paginator, data_selector="items")
        assert len(list(pages)) == 30


@pytest.mark.parametrize("path", ["requests", "core"])
def test_a_next_page_that_is_no_address(server: Faults, connect: Any) -> None:
    for following in ("http://[::1", "http://a b/", "javascript:1"):
        server.on("/items", answer({"items": [1], "next": following}))
        with pytest.raises(RequestException, match=r"-->"):
            list(connect(server.url).paginate("items", paginator=JSONLinkPaginator(), data_selector="items"))
    server.on("/items", answer({"items": [1], "next": {"href": "/items"}}))
    with pytest.raises(ValueError, match="finds a `dict` at `next`"):
        list(connect(server.url).paginate("items", paginator=JSONLinkPaginator(), data_selector="items"))


def test_a_redirect_to_no_address(server: Faults, connect: Any) -> None:
    server.on("/items", answer(b"", 302, {"Location": "http://[::1"}))
    with pytest.raises(InvalidURL, match=r"no(ne|t).*(.|\n)*--> .*/items"):
        rows(connect(server.url))


def test_what_is_nested_beyond_python_names_its_page(server: Faults, connect: Any) -> None:
    server.on("/items", answer(b'{"items": [' + b"[" * 20_000 + b"]" * 20_000 + b"]}"))
    with pytest.raises(ResponseNotJson, match=r"nested deeper(.|\n)*/items \(page 1"):
        rows(connect(server.url))


class Polling(BasePaginator):
    def update_state(self, response: Any, data: list[Any] | None = None) -> None:
        self._has_next_page = bool(data)

    def update_request(self, request: Any) -> None:
        """Ask the same again."""


def test_a_queue_may_be_polled(server: Faults, connect: Any) -> None:
    server.on("/items", *(answer({"items": n}) for n in ([1], [2], [])))
    pages = connect(server.url).paginate("items", paginator=Polling(), data_selector="items")
    assert [list(page) for page in pages] == [[1], [2], []]


def test_polling_what_never_changes_is_a_loop(server: Faults, connect: Any) -> None:
    server.on("/items", answer({"items": [1]}))
    with pytest.raises(PaginationLoop):
        list(connect(server.url).paginate("items", paginator=Polling(), data_selector="items"))


def test_a_bomb_is_not_unpacked(server: Faults, connect: Any) -> None:
    bomb = gzip.compress(b'{"items": ["' + b"x" * 3_000_000 + b'"]}')
    server.on("/items", answer(bomb, headers={"Content-Encoding": "gzip"}))
    with pytest.raises(ResponseTooLarge, match=r"larger than 100000 bytes(.|\n)*/items \(page 1\)"):
        rows(connect(server.url, {"request_max_body_bytes": 100_000}))
    assert server.count("/items") == 1


@pytest.mark.parametrize("path", ["core"])
@pytest.mark.parametrize("codec", ["br", "deflate", "zstd"])
def test_a_bomb_of_another_kind(server: Faults, connect: Any, codec: str) -> None:
    text = b'{"items": ["' + b"x" * 3_000_000 + b'"]}'
    pa = pytest.importorskip("pyarrow")
    bomb = (
        zlib.compress(text)
        if codec == "deflate"
        else pa.compress(text, {"br": "brotli"}.get(codec, codec)).to_pybytes()
    )
    server.on("/items", answer(bomb, headers={"Content-Encoding": codec}))
    with pytest.raises(ResponseTooLarge, match="larger than 100000 bytes"):
        rows(connect(server.url, {"request_max_body_bytes": 100_000}))
    assert server.count("/items") == 1


def test_a_row_of_a_hundred_megabytes(server: Faults, connect: Any) -> None:
    row = b'{"items": [{"id": 1}, {"text": "' + b"x" * 100_000_000 + b'"}]}'
    server.on("/items", answer(gzip.compress(row, 1), headers={"Content-Encoding": "gzip"}))
    with pytest.raises(ResponseTooLarge, match=r"record 2 of the page is larger than 67108864 bytes"):
        rows(connect(server.url))


def test_a_record_beyond_the_limit(server: Faults, connect: Any) -> None:
    server.on("/items", answer({"items": [{"a": "b"}, {"a": "x" * 5000}]}))
    with pytest.raises(ResponseTooLarge, match=r"record 2 of the page is larger than 1000 bytes"):
        rows(connect(server.url, {"request_max_row_bytes": 1000}))
    assert len(rows(connect(server.url))) == 2


def test_packed_pages_are_unpacked(server: Faults, connect: Any) -> None:
    packed = gzip.compress(b'{"items": [1]}')
    server.on("/items", answer(packed, headers={"Content-Encoding": "gzip"}))
    assert rows(connect(server.url)) == [1]


def test_what_only_python_reads_is_read(server: Faults, connect: Any) -> None:
    # Not JSON by the letter, but what Python (and so dlt) takes for it.
    server.on("/items", answer(b'{"items": [NaN, "\\ud800"]}'))
    number, text = rows(connect(server.url))
    assert math.isnan(number)
    assert text == "\ud800"
    latin = '{"items": ["é"]}'.encode("latin-1")
    server.on("/items", answer(latin, headers={"Content-Type": "application/json; charset=iso-8859-1"}))
    assert rows(connect(server.url)) == ["é"]


def test_cookies_are_kept(server: Faults, connect: Any) -> None:
    server.on("/items", answer({"items": [1], "next": "/2"}, headers={"Set-Cookie": "session=abc; Path=/"}))
    server.on("/2", answer({"items": [2]}))
    list(connect(server.url).paginate("items", paginator=JSONLinkPaginator()))
    assert server.asked[1].headers.get("cookie") == "session=abc"


@pytest.mark.parametrize("kind", ["text/json", "text/plain", "application/json"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_json_without_a_charset_is_utf8_in_every_lane(server: Faults, connect: Any, kind: str, mark: bytes) -> None:
    body = mark + '{"items": [{"name": "Café"}]}'.encode()
    server.on("/items", answer(body, headers={"Content-Type": kind}))
    client = connect(server.url)
    assert rows(client) == [{"name": "Café"}]
    if mark or kind == "application/json":
        assert client.get("items").text == body.decode("utf-8-sig")
    assert [page.response.json()["items"] for page in client.paginate("items")] == [[{"name": "Café"}]]


def test_a_null_body_may_be_allowed(server: Faults, connect: Any) -> None:
    server.on("/items", answer(None))
    assert rows(connect(server.url, {"http_allow_missing_data": True})) == []
    assert rows(connect(server.url, {"http_allow_missing_data": True}), "$") == []
