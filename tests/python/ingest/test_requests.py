"""Requests are tried again when the server may answer later, and errors are raised."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, ClassVar

import pytest

from gristmill.sources.helpers import requests


class Answers(BaseHTTPRequestHandler):
    script: ClassVar[list[tuple[int, dict[str, str]]]] = []

    def do_GET(self) -> None:
        status, headers = self.script.pop(0)
        self.send_response(status)
        for name, value in {"Content-Length": "2", **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *args: Any) -> None:
        """Quiet."""


@pytest.fixture
def waited(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    delays: list[float] = []
    monkeypatch.setattr("gristmill.sources.helpers.requests.retry.time.sleep", delays.append)
    return delays


@pytest.fixture
def ask(waited: list[float]) -> Iterator[Callable[..., Any]]:
    server = HTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    clients: list[requests.Client] = []

    def ask(answers: list[int | tuple[int, dict[str, str]]], **settings: Any) -> Any:
        Answers.script = [(a, {}) if isinstance(a, int) else a for a in answers]
        clients.append(requests.Client(**settings))
        return clients[-1].get(f"http://127.0.0.1:{server.server_port}/")

    yield ask
    for client in clients:
        client.session.close()
    server.shutdown()
    thread.join()
    server.server_close()


def test_tries_again_and_waits_longer_each_time(ask: Any, waited: list[float]) -> None:
    assert ask([500, 429, 503, 200]).json() == {}
    assert waited == [1.0, 2.0, 4.0]


def test_gives_up_after_five_times(ask: Any, waited: list[float]) -> None:
    with pytest.raises(requests.HTTPError, match="502"):
        ask([502] * 5)
    assert len(waited) == 4
    assert Answers.script == []


def test_waits_as_long_as_the_server_says(ask: Any, waited: list[float]) -> None:
    ask([(429, {"Retry-After": "7"}), (503, {"Retry-After": "1000"}), (500, {"Retry-After": "soon"}), 200])
    assert waited == [7.0, 300.0, 4.0]


def test_other_errors_are_raised_at_once(ask: Any, waited: list[float]) -> None:
    with pytest.raises(requests.HTTPError, match="404"):
        ask([404])
    assert waited == []


def test_errors_may_be_answers(ask: Any) -> None:
    assert ask([404], raise_for_status=False).status_code == 404


def test_own_condition(ask: Any, waited: list[float]) -> None:
    ask([404, 200], retry_condition=lambda response, error: response is not None and response.status_code == 404)
    assert waited == [1.0]


def test_settings_come_from_the_configuration(ask: Any, waited: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNTIME__REQUEST_MAX_ATTEMPTS", "2")
    monkeypatch.setenv("RUNTIME__REQUEST_BACKOFF_FACTOR", "0.5")
    with pytest.raises(requests.HTTPError):
        ask([500, 500])
    assert waited == [0.5]


def test_a_server_that_is_not_there(waited: list[float]) -> None:
    client = requests.Client(request_max_attempts=2)
    with pytest.raises(requests.ConnectionError):
        client.get("http://127.0.0.1:1/")
    client.session.close()
    assert waited == [1.0]
