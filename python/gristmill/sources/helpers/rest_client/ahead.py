"""Fetches pages through the core, the next ones while this one is worked on.

Which request comes next is decided page by page in Python, as ever; what is fetched ahead is a guess that is used when it
was right. A link or a cursor is known once its page is there: one page ahead. Numbered pages with a known total are
known all at once: up to `request_concurrency` ahead.
"""

from __future__ import annotations

import copy
import functools
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import requests
from requests.exceptions import ChunkedEncodingError, InvalidURL, SSLError
from requests.utils import get_environ_proxies, prepend_scheme_if_needed, select_proxy

from gristmill.sources.helpers.requests.session import Session
from gristmill.sources.helpers.requests.wire import BoundedAdapter, ResponseTooLarge
from gristmill.sources.helpers.rest_client.exchange import Exchange, located
from gristmill.sources.helpers.rest_client.fetched import FetchedResponse, Steps
from gristmill.sources.helpers.rest_client.loops import fingerprint
from gristmill.sources.helpers.rest_client.paginators import RangePaginator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from requests import PreparedRequest, Request

    from gristmill import _core
    from gristmill.configuration.runtime import RuntimeConfiguration
    from gristmill.sources.helpers.rest_client.paginators import BasePaginator

_FAILURES: dict[str, type[requests.RequestException]] = {
    "connect": requests.ConnectionError,
    "timeout": requests.Timeout,
    "broken": ChunkedEncodingError,
    "tls": SSLError,
    "invalid": InvalidURL,
}
_KNOWN_OPTIONS = frozenset({"timeout"})
_KNOWN_PROXIES = ("http:", "https:")


def can_fetch_ahead(exchange: Exchange, request: Request) -> bool:
    """Whether the core may send these requests: the session is the client's own, and nothing of `requests` is asked for."""
    session = exchange.session
    return (
        not exchange.client.has_own_session
        and type(session) is Session
        and all(type(adapter) is BoundedAdapter for adapter in session.adapters.values())
        and session.verify is True
        and session.cert is None
        and not session.proxies
        and not any(session.hooks.values())
        and not any((request.hooks or {}).values())
        and set(exchange.options) <= _KNOWN_OPTIONS
        and isinstance(exchange.options["timeout"], (int, float))
        and not request.files
        and exchange.home.scheme in ("http", "https")
        and (proxy_of(str(request.url)) or "http:").startswith(_KNOWN_PROXIES)
    )


class Ahead:
    """The requests of one call that are under way."""

    def __init__(self, exchange: Exchange, paths: list[Steps]) -> None:
        self._exchange = exchange
        self._most = max(1, int(exchange.client.config.request_concurrency))
        self._window = 1
        self.paths = paths
        self._flights: dict[int, tuple[PreparedRequest, _core.Fetch]] = {}

    def begin(self, request: Request, paginator: BasePaginator) -> None:
        """Ask for the next page, and for those behind it that are certain to come."""
        for number, upcoming in enumerate(_upcoming(request, paginator)):
            if number >= self._window:
                break
            key = fingerprint(upcoming)
            if key not in self._flights:
                prepared = self._exchange.prepare(upcoming)
                if not isinstance(prepared.body, (bytes, str, type(None))):
                    break
                self._flights[key] = (prepared, self._submitted(prepared))
        # Whoever looks at the first pages only has not asked for eight more.
        self._window = min(self._window * 2, self._most)

    def fetch(self, request: Request, page: int) -> FetchedResponse:
        """The answer, all redirects followed."""
        flight = self._flights.pop(fingerprint(request), None)
        prepared, fetch = flight or self._sent(request)
        return self._followed(prepared, fetch, page)

    def _sent(self, request: Request) -> tuple[PreparedRequest, _core.Fetch]:
        prepared = self._exchange.prepare(request)
        return prepared, self._submitted(prepared)

    def _followed(self, prepared: PreparedRequest, fetch: _core.Fetch, page: int) -> FetchedResponse:
        exchange, history = self._exchange, list[requests.Response]()
        while True:
            response = self._landed(prepared, fetch, page)
            following = exchange.next_hop(response)
            if following is None:
                response.history = history
                return response
            history.append(response)
            exchange.check_redirects(history, prepared, page)
            prepared, fetch = following, self._submitted(following)

    def _landed(self, prepared: PreparedRequest, fetch: _core.Fetch, page: int) -> FetchedResponse:
        answer = fetch.wait()
        if answer.failure is not None:
            kind, text = answer.failure
            place = self._exchange.place(prepared, page)
            if kind == "too-large":
                hint = "ask for smaller pages, or raise `request_max_body_bytes` under `[runtime]`"
                raise located(ResponseTooLarge(text, hint=hint), prepared, place)
            raise located(_FAILURES[kind](text, request=prepared), prepared, place)
        response = FetchedResponse(answer, prepared, self.paths)
        response.keep_cookies(self._exchange.session.cookies)
        return response

    def _submitted(self, prepared: PreparedRequest) -> _core.Fetch:
        self._exchange.log(prepared)
        body: Any = prepared.body
        return self._core_for(str(prepared.url)).submit(
            prepared.method or "GET",
            str(prepared.url),
            [(n, _raw(v)) for n, v in prepared.headers.items() if n.lower() not in _WRITTEN_BY_THE_CORE],
            body.encode() if isinstance(body, str) else body,
            self.paths,
        )

    def _core_for(self, url: str) -> _core.HttpClient:
        client = self._exchange.client
        return core_client(client.config, float(self._exchange.options["timeout"]), client, proxy_of(url))

    def close(self) -> None:
        """Call off what is under way."""
        for _, fetch in self._flights.values():
            fetch.cancel()
        self._flights.clear()


_WRITTEN_BY_THE_CORE = frozenset({"accept-encoding", "connection", "content-length", "transfer-encoding"})


def _raw(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode("latin-1", "replace")


def _upcoming(request: Request, paginator: BasePaginator) -> Iterator[Request]:
    """The next request, and those that will follow whatever it answers."""
    yield request
    if not isinstance(paginator, RangePaginator) or not type(paginator).__module__.startswith("gristmill."):
        return
    for value in paginator.certain_values():
        later = copy.copy(request)
        later.params, later.json = copy.copy(request.params), copy.deepcopy(request.json)
        paginator.update_request_for(later, value)
        yield later


def proxy_of(url: str) -> str | None:
    """The proxy that the environment names for a URL, by the rules of `requests`."""
    proxy = select_proxy(url, get_environ_proxies(url, no_proxy=None))
    return None if not proxy else prepend_scheme_if_needed(proxy, "http")


def core_client(config: RuntimeConfiguration, timeout: float, owner: Any, proxy: str | None = None) -> _core.HttpClient:
    """A client of the core. Those with equal settings share their connections; one with a rate has its own."""
    settings = (
        timeout,
        float(config.request_total_timeout),
        int(config.request_max_attempts),
        float(config.request_backoff_factor),
        float(config.request_max_retry_delay),
        int(config.request_max_body_bytes),
        int(config.request_max_row_bytes),
        int(config.request_concurrency),
        config.request_rate,
    )
    bundle = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")
    return _shared(settings, bundle, proxy, os.getpid(), id(owner) if config.request_rate else 0)


@functools.lru_cache(maxsize=32)
def _shared(
    settings: tuple[Any, ...], bundle: str | None, proxy: str | None, process: int, owner: int
) -> _core.HttpClient:
    del process, owner
    from gristmill import _core

    names = ("timeout", "total_timeout", "max_attempts", "backoff_factor", "max_retry_delay", "max_body_bytes")
    options = dict(zip((*names, "max_row_bytes", "concurrency", "rate"), settings, strict=True))
    return _core.HttpClient({**options, "proxy": proxy, **_certificates(bundle)})


def _certificates(bundle: str | None) -> dict[str, Any]:
    if bundle is not None:
        path = Path(bundle)
        files = sorted(path.glob("*")) if path.is_dir() else [path]
        return {"certificates": "\n".join(f.read_text("utf-8") for f in files), "only_these_certificates": True}
    try:
        import certifi
    except ImportError:
        return {}
    return {"certificates": Path(certifi.where()).read_text("utf-8")}
