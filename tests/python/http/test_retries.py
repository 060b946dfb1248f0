"""What a server may answer later is asked for again; what it never answers ends in an error that says where."""

from __future__ import annotations

import gzip
from typing import Any

import pytest

from gristmill.sources.helpers import requests
from gristmill.sources.helpers.rest_client.exceptions import ResponseNotJson
from gristmill.sources.helpers.rest_client.paginators import SinglePagePaginator
from tests.python.http.faults import Asked, Faults, answer, unmeasured

pytestmark = pytest.mark.fault

GOOD = answer({"items": [{"id": 1}, {"id": 2}]})
BODY = b'{"items": [{"id": 1}, {"id": 2}]}'


def pages(client: Any, path: str = "items") -> list[list[Any]]:
    return [list(page) for page in client.paginate(path, paginator=SinglePagePaginator(), data_selector="items")]


def halved_and_reset(asked: Asked) -> bool:
    asked.send(GOOD[:-8])
    asked.reset()
    return False


def halved_and_closed(asked: Asked) -> bool:
    asked.send(GOOD[:-8])
    return False


def chunk_cut(asked: Asked) -> bool:
    asked.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n20\r\n" + BODY[:5])
    return False


def packed_and_cut(asked: Asked) -> bool:
    packed = gzip.compress(BODY)
    asked.send(answer(packed[:-12], headers={"Content-Encoding": "gzip"}))
    return False


def nothing(asked: Asked) -> bool:
    return False


@pytest.mark.parametrize(
    "faults",
    [
        pytest.param([answer({}, 429, {"Retry-After": "0"})], id="429"),
        pytest.param([answer({}, 503, {"Retry-After": "9999"})], id="503 that asks for hours"),
        pytest.param(
            [answer({}, 503, {"Retry-After": "x"}).replace(b": x\r", b": \xb2\r")], id="503 with a digit that is none"
        ),
        pytest.param([answer({}, 503, {"Retry-After": "Wed, 21 Oct 2099 07:28:00 GMT"})], id="503 with a date"),
        pytest.param([answer({}, 500), answer({}, 502), answer({}, 503), answer({}, 599)], id="burst of 500"),
        pytest.param([halved_and_reset], id="reset in the body"),
        pytest.param([halved_and_closed], id="shorter than it says"),
        pytest.param([chunk_cut], id="chunk cut"),
        pytest.param([unmeasured(BODY[:-5])], id="cut without a length"),
        pytest.param([packed_and_cut], id="packed and cut"),
        pytest.param([nothing], id="closed before the answer"),
    ],
)
def test_it_is_asked_again(server: Faults, connect: Any, faults: list[Any]) -> None:
    server.on("/items", *faults, GOOD)
    client = connect(server.url, {"request_max_retry_delay": 0.01})
    assert pages(client) == [[{"id": 1}, {"id": 2}]]
    assert server.count("/items") == len(faults) + 1


def test_retry_after_is_what_counts(server: Faults, connect: Any) -> None:
    # Its own wait of a thousand seconds would end in the timeout of the tests.
    server.on("/items", answer({}, 429, {"Retry-After": "0"}), GOOD)
    client = connect(server.url, {"request_backoff_factor": 1000.0, "request_max_retry_delay": 1000.0})
    assert len(pages(client)) == 1


def test_retry_after_may_be_a_date_that_is_over(server: Faults, connect: Any) -> None:
    server.on("/items", answer({}, 503, {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}), GOOD)
    assert len(pages(connect(server.url))) == 1
    assert server.count("/items") == 2


def test_it_gives_up_and_says_where(server: Faults, connect: Any) -> None:
    server.on("/items", answer({}, 503))
    with pytest.raises(requests.HTTPError, match="503 server error") as raised:
        pages(connect(server.url, {"request_max_attempts": 3}))
    assert server.count("/items") == 3
    assert f"--> {server.url}/items (page 1)" in str(raised.value)
    assert "hint: the server kept failing" in str(raised.value)
    assert raised.value.response.status_code == 503


def test_other_errors_are_not_asked_again(server: Faults, connect: Any) -> None:
    server.on("/items", answer({"error": "gone"}, 410))
    with pytest.raises(requests.HTTPError, match="410 client error"):
        pages(connect(server.url))
    assert server.count("/items") == 1


def test_an_answer_that_is_always_cut(server: Faults, connect: Any) -> None:
    server.on("/items", unmeasured(BODY[:-5]))
    with pytest.raises(ResponseNotJson, match="breaks off") as raised:
        pages(connect(server.url, {"request_max_attempts": 2}))
    assert server.count("/items") == 2
    assert (raised.value.page, raised.value.status) == (1, 200)


def test_a_connection_that_always_breaks(server: Faults, connect: Any) -> None:
    server.on("/items", halved_and_reset)
    with pytest.raises(requests.RequestException, match=r"items \(page 1\)"):
        pages(connect(server.url, {"request_max_attempts": 2}))
    assert server.count("/items") == 2


def test_a_server_that_is_not_there(connect: Any) -> None:
    with pytest.raises(requests.ConnectionError, match=r"GET http://127.0.0.1:1/items \(page 1\)"):
        pages(connect("http://127.0.0.1:1", {"request_max_attempts": 1}))


def test_a_silent_server(server: Faults, connect: Any) -> None:
    server.on("/items", Asked.wait)
    with pytest.raises(requests.Timeout, match=r"/items \(page 1\)"):
        pages(connect(server.url, {"request_timeout": 0.05, "request_max_attempts": 2}))
    assert server.count("/items") == 2


def test_a_slow_drip_ends_in_time(server: Faults, connect: Any) -> None:
    def drip(asked: Asked) -> None:
        asked.send(GOOD[:-20])
        while not asked.server.over.wait(0.01):
            asked.send(b" ")

    server.on("/items", drip)
    settings = {"request_total_timeout": 0.1, "request_max_attempts": 1}
    with pytest.raises(requests.Timeout, match="not complete"):
        pages(connect(server.url, {**settings}))


def test_a_later_page_is_named_by_its_number(server: Faults, connect: Any) -> None:
    server.on("/items", answer({"items": [1], "next": "/2"}))
    server.on("/2", answer({"items": [2], "next": "/3"}))
    server.on("/3", answer({"error": "no"}, 404))
    with pytest.raises(requests.HTTPError, match=r"/3 \(page 3\)"):
        list(connect(server.url).paginate("items"))
