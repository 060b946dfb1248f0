"""A web API on loopback that a case writes in a few lines: a function from a request to an answer.

>>> with api(lambda request: [{"id": 1}]) as shop:
...     rows = shop.url  # doctest: +SKIP

What was asked is kept, without what differs from run to run, so that a case can return it and the requests themselves
are compared.
"""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

MOST_REQUESTS = 200


@dataclass
class Request:
    """What was asked."""

    method: str
    path: str
    query: dict[str, str]
    headers: Any
    body: bytes
    base: str

    @property
    def json(self) -> Any:
        """The body as JSON; an empty dict without one."""
        return json.loads(self.body) if self.body else {}

    def number(self, name: str, default: int) -> int:
        """A parameter as a number."""
        return int(self.query.get(name, default))


@dataclass
class Answer:
    """An answer that is more than JSON with status 200."""

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Api:
    """Where it is, and what was asked of it."""

    url: str
    requests: list[Request] = field(default_factory=list)

    def asked(self, *headers: str, body: bool = False) -> list[str]:
        """One line per request, sorted: which of them was first is the client's business."""
        lines: list[str] = []
        for request in list(self.requests):
            line = f"{request.method} {request.path}"
            if request.query:
                line += "?" + "&".join(f"{k}={v}" for k, v in sorted(request.query.items()))
            for name in headers:
                line += f" {name}: {request.headers.get(name)}"
            if body and request.body:
                line += f" {_body(request.body)}"
            lines.append(line)
        return sorted(lines)


def _body(body: bytes) -> str:
    try:
        return json.dumps(json.loads(body), sort_keys=True)
    except ValueError:
        return body.decode()


@contextlib.contextmanager
def api(answer: Callable[[Request], Any]) -> Iterator[Api]:
    """Serve until the block ends. None is a 404, an `Answer` what it says, everything else JSON."""
    made = Api("")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def respond(self) -> None:
            parts = urlsplit(self.path)
            length = int(self.headers.get("Content-Length") or 0)
            request = Request(
                self.command,
                unquote(parts.path),
                dict(parse_qsl(parts.query, keep_blank_values=True)),
                self.headers,
                self.rfile.read(length),
                made.url,
            )
            made.requests.append(request)
            # A paging that never ends is a case that fails, not one that hangs.
            given = answer(request) if len(made.requests) <= MOST_REQUESTS else Answer("too many requests", 400)
            found = given if isinstance(given, Answer) else Answer({"error": "not found"}, 404)
            if given is not None and found is not given:
                found = Answer(given)
            payload = found.body if isinstance(found.body, bytes) else json.dumps(found.body).encode()
            self.send_response(found.status)
            for name, value in {"Content-Type": "application/json", **found.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

        do_GET = do_POST = respond  # noqa: N815

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    made.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def load(
    dlt: Any, answer: Callable[[Request], Any], config: dict[str, Any], *headers: str, body: bool = False, runs: int = 1
) -> list[str]:
    """Load what a `rest_api` configuration says, and tell what was asked. The base URL is filled in."""
    from dlt.sources.rest_api import rest_api_source

    with api(answer) as served:
        for _ in range(runs):
            client = {"base_url": served.url, **config.get("client", {})}
            source = rest_api_source({**config, "client": client})
            dlt.pipeline("case", destination="duckdb", dataset_name="data").run(source)
        return served.asked(*headers, body=body)


def rows(start: int, count: int, most: int) -> list[dict[str, Any]]:
    """`count` rows from `start` on, of `most` that there are."""
    return [{"id": i, "name": f"row {i}"} for i in range(start, min(start + count, most))]
