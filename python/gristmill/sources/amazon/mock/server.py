"""The mock's front door: tokens, rates, and which API a request is for."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qs, urlsplit

from gristmill.sources.amazon.creators_api import BURST as CREATORS_BURST
from gristmill.sources.amazon.creators_api import RATE as CREATORS_RATE
from gristmill.sources.amazon.mock import creators, selling_partner
from gristmill.sources.amazon.mock.catalog import Catalog
from gristmill.sources.amazon.selling_partner import BURST, ITEMS_PATH, RATE

if TYPE_CHECKING:
    from collections.abc import Callable

Answer = tuple[int, Any]
_DENIED = {
    "errors": [
        {
            "code": "Unauthorized",
            "message": "Access to requested resource is denied.",
            "details": "The access token you provided has expired.",
        }
    ]
}
_QUOTA = {
    "errors": [
        {"code": "QuotaExceeded", "message": "You exceeded your quota for the requested resource.", "details": ""}
    ]
}
_THROTTLED = {
    "type": "ThrottleException",
    "message": "Request was denied due to request throttling.",
    "serviceCode": "creatorsapi",
    "quotaCode": "requests-per-second",
}
_TOKEN_LIFE = 3600.0
# Sums of fractions fall short of whole tokens by a hair.
_HAIR = 1e-6


@dataclass(frozen=True)
class Request:
    """A request that came, as the mock read it."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any
    at: float


@dataclass
class Fault:
    """What a request to a path gets in place of its answer; `body` may be anything, text as it is."""

    path: str
    status: int
    body: Any
    headers: dict[str, str]
    times: int


@dataclass
class Bucket:
    """`rate` requests a second, `burst` at once."""

    rate: float
    burst: int
    now: Callable[[], float]
    tokens: float = field(init=False)
    filled_at: float = field(init=False)

    def __post_init__(self) -> None:
        """Begin full."""
        self.tokens, self.filled_at = float(self.burst), self.now()

    def take(self) -> bool:
        """Whether a request may pass."""
        now = self.now()
        self.tokens = min(float(self.burst), self.tokens + (now - self.filled_at) * self.rate)
        self.filled_at = now
        if self.tokens < 1 - _HAIR:
            return False
        self.tokens -= 1
        return True


class Mock:
    """A server on this machine; use it as a context manager. `now` is its clock, in seconds."""

    client_id = "amzn1.application-oa2-client.mock"
    client_secret = "amzn1.oa2-cs.v1.mock-secret"  # noqa: S105
    refresh_token = "Atzr|mock-refresh-token"  # noqa: S105

    def __init__(
        self,
        catalog: Catalog | None = None,
        *,
        port: int = 0,
        now: Callable[[], float] = time.monotonic,
        rate: float = RATE,
        burst: int = BURST,
        creators_rate: float = CREATORS_RATE,
        page_token_life: float = 3600.0,
    ) -> None:
        self.catalog = catalog or Catalog.sample()
        self.requests: list[Request] = []
        self.page_token_life = page_token_life
        self.bucket = Bucket(rate, burst, now)
        self.creators_bucket = Bucket(creators_rate, CREATORS_BURST, now)
        self._now = now
        self._faults: list[Fault] = []
        self._tokens: dict[str, float] = {}
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", port), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def selling_partner(self) -> dict[str, Any]:
        """Arguments that lead `selling_partner_catalog` here."""
        credentials = {
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "refresh_token": self.refresh_token,
        }
        return {"credentials": credentials, "base_url": self.url, "token_url": f"{self.url}/auth/o2/token"}

    def creators(self, version: str = "3.1") -> dict[str, Any]:
        """Arguments that lead `creators` here."""
        credentials = {
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "version": version,
            "partner_tag": "mock-20",
        }
        path = "/auth/o2/token" if version.startswith("3.") else "/oauth2/token"
        return {"credentials": credentials, "base_url": self.url, "token_url": self.url + path}

    @property
    def environment(self) -> dict[str, str]:
        """The same as environment variables, for another process."""
        return {
            "SOURCES__AMAZON__BASE_URL": self.url,
            "SOURCES__AMAZON__TOKEN_URL": f"{self.url}/auth/o2/token",
            "AMAZON_CLIENT_ID": self.client_id,
            "AMAZON_CLIENT_SECRET": self.client_secret,
            "AMAZON_REFRESH_TOKEN": self.refresh_token,
            "AMAZON_CREDENTIAL_VERSION": "3.1",
            "AMAZON_PARTNER_TAG": "mock-20",
        }

    def fault(
        self, path: str, status: int, body: Any = None, *, headers: dict[str, str] | None = None, times: int = 1
    ) -> None:
        """Answer the next requests whose path holds `path` with this, before anything is looked at."""
        self._faults.append(Fault(path, status, body, headers or {}, times))

    def expire_tokens(self) -> None:
        """Take no access token that was given so far."""
        self._tokens.clear()

    def paths(self) -> list[str]:
        """Which paths were asked for, in order."""
        return [request.path for request in self.requests]

    # -- answering -----------------------------------------------------------------------------------------------------

    def answer(self, method: str, url: str, headers: dict[str, str], raw: bytes) -> tuple[int, Any, dict[str, str]]:
        """Status, body and headers for a request."""
        parts = urlsplit(url)
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        with self._lock:
            body = _body(headers, raw)
            self.requests.append(Request(method, parts.path, query, headers, body, self._now()))
            for fault in self._faults:
                if fault.path in parts.path and fault.times > 0:
                    fault.times -= 1
                    return fault.status, fault.body, fault.headers
            if method == "POST" and parts.path in ("/auth/o2/token", "/oauth2/token"):
                return *self._token(parts.path, headers, body), {}
            if method == "GET" and parts.path.startswith(ITEMS_PATH):
                return self._catalog(parts.path, query, headers)
            if method == "POST" and parts.path.startswith("/catalog/v1/"):
                return *self._creators(parts.path.rpartition("/")[2], headers, body), {}
        return 404, {"errors": [{"code": "NotFound", "message": f"there is nothing at {parts.path}"}]}, {}

    def _token(self, path: str, headers: dict[str, str], body: Any) -> Answer:
        asked: dict[str, Any] = body if isinstance(body, dict) else {}
        is_json = "json" in headers.get("content-type", "")
        if asked.get("client_id") != self.client_id or asked.get("client_secret") != self.client_secret:
            return 401, {"error": "invalid_client", "error_description": "Client authentication failed"}
        grant, scope = asked.get("grant_type"), asked.get("scope")
        if grant == "refresh_token" and path == "/auth/o2/token" and not is_json:
            if asked.get("refresh_token") != self.refresh_token:
                return 400, {
                    "error": "invalid_grant",
                    "error_description": "The request has an invalid grant parameter",
                }
        elif grant == "client_credentials":
            wanted = ("creatorsapi::default", True) if path == "/auth/o2/token" else ("creatorsapi/default", False)
            if (scope, is_json) != wanted:
                return 400, {"error": "invalid_scope", "error_description": "An unknown scope was requested"}
        else:
            return 400, {"error": "unsupported_grant_type", "error_description": "The grant type is not supported"}
        token = f"Atza|mock-access-token-{len(self.requests)}"
        self._tokens[token] = self._now() + _TOKEN_LIFE
        return 200, {"access_token": token, "token_type": "bearer", "expires_in": int(_TOKEN_LIFE)}

    def _is_valid(self, token: str) -> bool:
        return self._tokens.get(token, 0.0) > self._now()

    def _catalog(self, path: str, query: dict[str, str], headers: dict[str, str]) -> tuple[int, Any, dict[str, str]]:
        if not self._is_valid(headers.get("x-amz-access-token", "")):
            return 403, _DENIED, {}
        if not self.bucket.take():
            return 429, _QUOTA, {}
        status, body = selling_partner.answer(self.catalog, path, query, self._now(), self.page_token_life)
        return status, body, {"x-amzn-RateLimit-Limit": str(self.bucket.rate)}

    def _creators(self, operation: str, headers: dict[str, str], body: Any) -> Answer:
        given, _, version = headers.get("authorization", "").removeprefix("Bearer ").partition(", Version ")
        is_plain = not version or version.startswith("2.")
        if not self._is_valid(given) or not is_plain:
            return 401, {
                "type": "UnauthorizedException",
                "message": "The token is not valid.",
                "reason": "TokenExpired",
            }
        if not self.creators_bucket.take():
            return 429, _THROTTLED
        return creators.answer(
            self.catalog, operation, headers.get("x-marketplace", ""), body if isinstance(body, dict) else {}
        )


def _body(headers: dict[str, str], raw: bytes) -> Any:
    if "json" in headers.get("content-type", ""):
        return json.loads(raw or b"null")
    return {name: values[-1] for name, values in parse_qs(raw.decode()).items()}


def _handler(mock: Mock) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._serve()

        def do_POST(self) -> None:
            self._serve()

        def _serve(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, body, extra = mock.answer(self.command, self.path, headers, raw)
            text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
            answer = text.encode()
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", **extra}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """Its requests are kept; nothing is printed."""
            del format, args

    return Handler
