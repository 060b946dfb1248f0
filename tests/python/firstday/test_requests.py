"""`from dlt.sources.helpers import requests`: tries again, ends in time, raises for a bad status."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

pytest.importorskip("requests")

from gristmill.sources.helpers import requests


@pytest.fixture
def server() -> Iterator[Any]:
    """A server that answers with the statuses it is given, one a request."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            statuses = served.statuses
            self.send_response(statuses.pop(0) if len(statuses) > 1 else statuses[0])
            self.send_header("Retry-After", "0")
            self.end_headers()
            self.wfile.write(b'{"items": [1]}')
            served.asked += 1

        def log_message(self, *args: Any, **kwargs: Any) -> None:
            pass

    served: Any = HTTPServer(("127.0.0.1", 0), Handler)
    served.asked = 0
    served.url = f"http://127.0.0.1:{served.server_port}/"
    thread = threading.Thread(target=served.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield served
    served.shutdown()
    thread.join()
    served.server_close()


def client() -> Any:
    return requests.Client(request_backoff_factor=0, request_max_attempts=3)


def test_it_tries_again_while_the_server_is_busy(server: Any) -> None:
    server.statuses = [503, 429, 200]
    assert client().get(server.url).json() == {"items": [1]}
    assert server.asked == 3


def test_it_gives_up_with_the_last_answer(server: Any) -> None:
    server.statuses = [500]
    with pytest.raises(requests.HTTPError, match="500"):
        client().get(server.url)
    assert server.asked == 3


def test_what_will_not_mend_is_asked_once(server: Any) -> None:
    server.statuses = [404]
    with pytest.raises(requests.HTTPError, match="404"):
        client().get(server.url)
    assert server.asked == 1


def test_a_condition_of_the_users(server: Any) -> None:
    server.statuses = [200]
    tried: list[int] = []

    def odd(response: Any, failed: BaseException | None) -> bool:
        assert failed is None
        tried.append(response.status_code)
        return len(tried) < 2

    requests.Client(request_backoff_factor=0, retry_condition=odd).get(server.url)
    assert tried == [200, 200]
