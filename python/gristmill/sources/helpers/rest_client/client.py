"""`RESTClient`: requests below one address, with their headers, their auth and their pages."""

from __future__ import annotations

import copy
import logging
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from requests import Request, Response
from requests import Session as BaseSession

from gristmill.configuration.runtime import RuntimeConfiguration, runtime_configuration
from gristmill.sources.helpers.requests.origin import origin_of
from gristmill.sources.helpers.requests.retry import Client
from gristmill.sources.helpers.rest_client.detector import PaginatorFactory, find_response_page_data, joined
from gristmill.sources.helpers.rest_client.exceptions import PaginatorNotFound
from gristmill.sources.helpers.rest_client.exchange import Exchange
from gristmill.sources.helpers.rest_client.pages import PageData
from gristmill.sources.helpers.rest_client.paging import Call
from gristmill.sources.helpers.rest_client.records import PagePlace, records_of
from gristmill.sources.helpers.rest_client.redaction import redacted
from gristmill.sources.helpers.rest_client.utils import join_url

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from requests.auth import AuthBase

    from gristmill.common.jsonpath import TJsonPath
    from gristmill.sources.helpers.rest_client.paginators import BasePaginator
    from gristmill.sources.helpers.rest_client.typing import Hooks, HTTPMethod, HTTPMethodBasic

_log = logging.getLogger("gristmill")


class RESTClient:
    """A client of one API. Mirrors dlt's `RESTClient`.

    `paginator` and `data_selector` are detected from the first page when they are left out. A `session` of one's own is
    used as it is; without one, requests are tried again and bounded as `[runtime]` says, and pages are fetched ahead.
    Credentials go to the origin of a call's first request only; `trusted_origins` names others that may have them.

    >>> client = RESTClient("https://api.example.com/v1", headers={"Accept": "application/json"})
    >>> client.base_url
    'https://api.example.com/v1'
    """

    def __init__(
        self,
        base_url: str,
        headers: dict[str, str] | None = None,
        auth: AuthBase | None = None,
        paginator: BasePaginator | None = None,
        data_selector: TJsonPath | None = None,
        session: BaseSession | None = None,
        paginator_factory: PaginatorFactory | None = None,
        config: RuntimeConfiguration | None = None,
        *,
        trusted_origins: Sequence[str] = (),
    ) -> None:
        self.base_url = base_url
        self.headers = headers
        self.auth = auth
        self.config = config or runtime_configuration()
        self.has_own_session = session is not None
        if session is None:
            made = Client(raise_for_status=False)
            made.update_from_config(self.config)
            session = made.session
        elif getattr(session, "raise_for_status", False):
            _log.warning("the session given to `RESTClient` raises for a bad status before hooks see the answer")
        self.session: BaseSession = session
        self.paginator = paginator
        self.pagination_factory = paginator_factory or PaginatorFactory()
        self.data_selector = data_selector
        self.trusted_origins = frozenset(str(origin_of(origin)) for origin in trusted_origins)

    def __repr__(self) -> str:
        return f"RESTClient({redacted(self.base_url)!r})"

    # -- one request ---------------------------------------------------------------------------------------------------

    def _create_request(
        self,
        path_or_url: str,
        method: HTTPMethod,
        headers: dict[str, Any] | None = None,
        params: dict[str, Any] | None = None,
        json: dict[str, Any] | None = None,
        data: Any | None = None,
        auth: AuthBase | None = None,
        hooks: Hooks | None = None,
    ) -> Request:
        if json and data:
            message = "pass one of `json` (a JSON body) and `data` (a form or a raw body), not both"
            raise ValueError(message)
        is_absolute = urlsplit(path_or_url).scheme in ("http", "https")
        return Request(
            method=method,
            url=path_or_url if is_absolute else join_url(self.base_url, path_or_url),
            headers={**(self.headers or {}), **(headers or {})},
            params=params,
            json=json,
            data=data,
            auth=cast("Any", auth or self.auth),
            hooks=cast("Any", hooks),
        )

    def request(self, path: str = "", method: HTTPMethod = "GET", **kwargs: Any) -> Response:
        """Send one request below `base_url` (or to a whole URL); an answer that is an error is returned, not raised.

        Takes what `requests.request` takes.
        """
        names = ("headers", "params", "json", "data", "auth", "hooks")
        request = self._create_request(path, method, **{name: kwargs.pop(name, None) for name in names})
        exchange = Exchange(self, request, kwargs)
        return exchange.send(exchange.prepare(request))

    def get(self, path: str, params: dict[str, Any] | None = None, **kwargs: Any) -> Response:
        """Read."""
        return self.request(path, method="GET", params=params, **kwargs)

    def post(
        self, path: str, json: dict[str, Any] | None = None, *, data: Any | None = None, **kwargs: Any
    ) -> Response:
        """Send something new."""
        return self.request(path, method="POST", json=json, data=data, **kwargs)

    # -- pages ---------------------------------------------------------------------------------------------------------

    def paginate(
        self,
        path: str = "",
        method: HTTPMethodBasic = "GET",
        params: dict[str, Any] | None = None,
        json: dict[str, Any] | None = None,
        auth: AuthBase | None = None,
        paginator: BasePaginator | None = None,
        data_selector: TJsonPath | None = None,
        hooks: Hooks | None = None,
        headers: dict[str, Any] | None = None,
        *,
        data: Any | None = None,
        **kwargs: Any,
    ) -> Iterator[PageData[Any]]:
        """The pages below `path`, one after the other.

        `kwargs` are those of `requests.request` (`timeout`, `verify`, `proxies`, `cert`, `stream`, `allow_redirects`).
        A response hook takes the place of the check for bad statuses; it may raise `IgnoreResponseException` to end.

        Raises `requests.HTTPError` for a bad status, `ResponseNotJson` and `DataNotFound` for a page that is none,
        `PaginationLoop` when pages lead in a circle, and what `requests` raises for a connection that fails.
        """
        request = self._create_request(path, method, headers, params, json, data, auth, dict(hooks or {}))
        call = Call(
            self,
            Exchange(self, request, kwargs),
            request,
            paginator or copy.deepcopy(self.paginator),
            data_selector or self.data_selector,
            checks_status="response" not in (hooks or {}),
        )
        yield from call.pages()

    def extract_response(self, response: Response, data_selector: TJsonPath) -> list[Any]:
        """The records of an answer at a path."""
        return records_of(
            response,
            data_selector,
            PagePlace(response.url, 1, []),
            allow_missing=self.config.http_allow_missing_data,
            max_row_bytes=self.config.request_max_row_bytes,
        )

    def detect_data_selector(self, response: Response) -> str:
        """The path to the records of an answer; `$` when all of it is one."""
        path, _ = find_response_page_data(response.json())
        selector = joined(path)
        _log.info("records are taken from `%s`", selector)
        return selector

    def detect_paginator(self, response: Response, data: Any) -> BasePaginator:
        """The paginator that an answer calls for."""
        paginator, score = self.pagination_factory.create_paginator(response)
        if paginator is None:
            message = f"no paginator fits the answer of {redacted(response.url)}"
            raise PaginatorNotFound(message, hint="pass `paginator`")
        if score == 1.0:
            _log.info("detected paginator: %s", paginator)
        elif score == 0.0 and not isinstance(data, list):
            _log.info("a single answer without pages: %s", paginator)
        else:
            _log.warning("guessed paginator `%s`: pass `paginator` to be sure of all pages", type(paginator).__name__)
        return paginator


__all__ = ["PageData", "RESTClient"]
