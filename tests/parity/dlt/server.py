"""The server that cases of both peers read from: every way of paging and every way of logging in, always the same answers.

A case asks for its address by `from server import url`, or takes the port from `PARITY_PORT`. Each list has 7 items in
pages of 3 (or as `limit` and `size` say), so that the last page is short.
"""

from __future__ import annotations

import base64
import json
import os
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

ITEMS = [
    {
        "id": n,
        "name": f"item {n}",
        "updated_at": f"2024-01-{n:02d}T00:00:00Z",
        "price": n + 0.5,
        "active": n % 2 == 0,
        "tags": ["a", "b"][: n % 3],
        "owner": {"id": n % 2, "name": ["ann", "bob"][n % 2]},
    }
    for n in range(1, 8)
]
SIZE = 3
TOKEN = "let-me-in"


def url(path: str = "") -> str:
    """The address of a path on the server."""
    return f"http://127.0.0.1:{os.environ['PARITY_PORT']}/{path.lstrip('/')}"


class Answers(BaseHTTPRequestHandler):
    """Each method of the form `get_<first part of the path>` answers a request."""

    protocol_version = "HTTP/1.1"
    # Headers and body are two writes, which the kernel must not hold back for one another.
    disable_nagle_algorithm = True

    def setup(self) -> None:
        """A client that keeps its connection does not keep the server."""
        super().setup()
        self.connection.settimeout(30)

    def do_GET(self) -> None:
        """Answer a read."""
        self._answer({})

    def do_POST(self) -> None:
        """Answer a question that is in the body."""
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        kind = self.headers.get("Content-Type") or ""
        self.form = {k: v[-1] for k, v in parse_qs(raw.decode()).items()} if "form" in kind else {}
        self._answer(json.loads(raw) if raw and "json" in kind else {})

    def _answer(self, body: dict[str, Any]) -> None:
        parts = urlsplit(self.path)
        self.query = {k: v[-1] for k, v in parse_qs(parts.query, keep_blank_values=True).items()}
        self.body = body
        names = parts.path.strip("/").split("/")
        method = getattr(self, f"get_{names[0]}", None)
        if method is None:
            self.reply({"error": "no such path"}, 404)
        else:
            method(names[1:])

    def reply(self, answer: Any, status: int = 200, headers: dict[str, str] | None = None) -> None:
        """Send JSON."""
        content = json.dumps(answer).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def page(self, number: int, size: int = SIZE) -> tuple[list[Any], bool]:
        """The items of a page counted from 0, and whether more follow."""
        return ITEMS[number * size : (number + 1) * size], (number + 1) * size < len(ITEMS)

    def address(self, path: str) -> str:
        """A path on this server."""
        return f"http://{self.headers['Host']}/{path}"

    # -- pages -----------------------------------------------------------------------------------------------------

    def get_single(self, _: list[str]) -> None:
        """All items at once, as a list."""
        self.reply(ITEMS)

    def get_wrapped(self, _: list[str]) -> None:
        """All items at once, below a key, with what is not a record beside it."""
        self.reply({"meta": {"links": []}, "items": ITEMS, "took": 3})

    def get_entity(self, names: list[str]) -> None:
        """One item by its number."""
        known = {str(item["id"]): item for item in ITEMS}
        item = known.get(names[0]) if names else None
        self.reply(item or {"error": "no such item"}, 200 if item else 404)

    def get_comments(self, names: list[str]) -> None:
        """What belongs to an item."""
        self.reply({"comments": [{"comment": i, "text": f"{names[0]}.{i}"} for i in range(int(names[0]) % 3)]})

    def get_empty(self, _: list[str]) -> None:
        """A list without items."""
        self.reply({"items": [], "next": None})

    def get_link(self, names: list[str]) -> None:
        """`next` holds a whole URL; `link/relative` one without a host; `link/nested` one below `links`."""
        number = int(self.query.get("page", 0))
        items, more = self.page(number)
        path = "/".join(["link", *names])
        following = f"{path}?page={number + 1}"
        following = f"/{following}" if "relative" in names else self.address(following)
        following = following if more else None
        if "nested" in names:
            self.reply({"results": items, "paging": {"next": {"href": following}} if more else {}})
        else:
            self.reply({"items": items, "next": following})

    def get_header_link(self, _: list[str]) -> None:
        """The header `Link`."""
        number = int(self.query.get("page", 0))
        items, more = self.page(number)
        links = [f'<{self.address("header_link?page=0")}>; rel="first"']
        if more:
            links.append(f'<{self.address(f"header_link?page={number + 1}")}>; rel="next"')
        self.reply(items, headers={"Link": ", ".join(links)})

    def get_header_cursor(self, _: list[str]) -> None:
        """The header `X-Next`."""
        number = int(self.query.get("after", 0))
        items, more = self.page(number)
        self.reply(items, headers={"X-Next": str(number + 1)} if more else {})

    def get_cursor(self, _: list[str]) -> None:
        """A cursor in the body, taken from the query or from the body of the request."""
        given = self.query.get("cursor") or (self.body.get("page") or {}).get("cursor") or "c0"
        number = int(given[1:])
        items, more = self.page(number)
        self.reply({"data": items, "cursors": {"next": f"c{number + 1}" if more else None}, "has_more": more})

    def get_pages(self, names: list[str]) -> None:
        """Numbered from 1, with totals; the number may be in the body. `pages/0` is numbered from 0."""
        base = 0 if "0" in names else 1
        number = int(self.query.get("page", (self.body.get("page") or {}).get("number", base)))
        items, more = self.page(number - base)
        self.reply({"items": items, "total": 3, "total_pages": 3, "has_more": more, "page": number})

    def get_offset(self, _: list[str]) -> None:
        """From an offset on; both numbers may be in the body."""
        page = self.body.get("page") or {}
        offset = int(self.query.get("offset", page.get("offset", 0)))
        limit = int(self.query.get("limit", page.get("limit", SIZE)))
        more = offset + limit < len(ITEMS)
        self.reply({"items": ITEMS[offset : offset + limit], "total": len(ITEMS), "has_more": "true" if more else "no"})

    def get_since(self, _: list[str]) -> None:
        """What changed at or after `since` (and before `until`)."""
        since, until = self.query.get("since", ""), self.query.get("until", "9")
        self.reply({"items": [item for item in ITEMS if since <= item["updated_at"] < until]})

    def get_echo(self, _: list[str]) -> None:
        """What was asked."""
        self.reply({"query": self.query, "body": self.body, "path": urlsplit(self.path).path})

    # -- logging in ------------------------------------------------------------------------------------------------

    def get_auth(self, names: list[str]) -> None:
        """Items for those who are let in: `auth/bearer`, `basic`, `header`, `query`, `oauth`."""
        basic = base64.b64encode(f"ann:{TOKEN}".encode()).decode()
        let_in = {
            "bearer": self.headers.get("Authorization") == f"Bearer {TOKEN}",
            "basic": self.headers.get("Authorization") == f"Basic {basic}",
            "header": self.headers.get("X-Api-Key") == TOKEN,
            "query": self.query.get("api_key") == TOKEN,
            "oauth": self.headers.get("Authorization") == f"Bearer {TOKEN}-oauth",
        }[names[0]]
        if not let_in:
            self.reply({"error": "who are you?"}, 401)
            return
        number = int(self.query.get("page", 0))
        items, more = self.page(number)
        following = self.address(f"auth/{names[0]}?page={number + 1}") if more else None
        self.reply({"items": items, "next": following})

    def get_token(self, _: list[str]) -> None:
        """The token of OAuth2 client credentials, and of a signed JWT."""
        form = getattr(self, "form", {})
        asked = form.get("grant_type")
        known = asked == "client_credentials" and (form.get("client_id"), form.get("client_secret")) == ("ann", TOKEN)
        if known or (asked == "urn:ietf:params:oauth:grant-type:jwt-bearer" and form.get("assertion")):
            self.reply({"access_token": f"{TOKEN}-oauth", "expires_in": 60})
        else:
            self.reply({"error": "invalid_client"}, 401)

    # -- trouble ---------------------------------------------------------------------------------------------------

    def get_status(self, names: list[str]) -> None:
        """The status that the path says."""
        self.reply({"error": "as asked"}, int(names[0]))

    def log_message(self, *args: Any) -> None:
        """Quiet."""


def serve() -> ThreadingHTTPServer:
    """Start the server on a free port of the loopback, in a thread."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    return server


if __name__ == "__main__":
    # Run by hand: prints its address and serves until it is stopped.
    running = serve()
    print(f"http://127.0.0.1:{running.server_port}", flush=True)
    sys.stdin.read()
