"""One call of `paginate`: from page to page, until the paginator says that this was the last.

Whether pages are fetched one by one through `requests` or ahead through the core, what a page is, which one comes next
and when it ends is decided here, once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from requests.exceptions import SSLError

from gristmill.common.jsonpath import TJsonPath, plain_steps
from gristmill.sources.helpers.rest_client.ahead import Ahead, can_fetch_ahead
from gristmill.sources.helpers.rest_client.exceptions import IgnoreResponseException
from gristmill.sources.helpers.rest_client.fetched import FetchedPage, FetchedResponse
from gristmill.sources.helpers.rest_client.loops import LoopGuard, fingerprint
from gristmill.sources.helpers.rest_client.onlookers import is_seen
from gristmill.sources.helpers.rest_client.pages import PageData
from gristmill.sources.helpers.rest_client.paginators import wanted_paths
from gristmill.sources.helpers.rest_client.records import PagePlace, body_of, records_of, too_large_row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from requests import Request, Response

    from gristmill.sources.helpers.rest_client.client import RESTClient
    from gristmill.sources.helpers.rest_client.exchange import Exchange
    from gristmill.sources.helpers.rest_client.paginators import BasePaginator

_ERROR = 400


class Call:
    """What is known of the pages so far."""

    def __init__(
        self,
        client: RESTClient,
        exchange: Exchange,
        request: Request,
        paginator: BasePaginator | None,
        selector: TJsonPath | None,
        *,
        checks_status: bool,
    ) -> None:
        self._client = client
        self._exchange = exchange
        self._request = request
        self._paginator = paginator
        self._selector = selector
        self._checks_status = checks_status
        self._ahead = Ahead(exchange, self._paths()) if can_fetch_ahead(exchange, request) else None

    def pages(self) -> Iterator[PageData[Any]]:
        """The pages."""
        if self._paginator is not None:
            self._paginator.init_request(self._request)
        try:
            yield from self._pages()
        finally:
            if self._ahead is not None:
                self._ahead.close()

    def _pages(self) -> Iterator[PageData[Any]]:
        request, guard, number = self._request, LoopGuard(), 0
        while True:
            number += 1
            asked = fingerprint(request)
            try:
                response = self._answer(number)
                if self._checks_status:
                    self._exchange.raise_for_status(response, number)
            except IgnoreResponseException:
                return
            place = PagePlace(response.url, number, self._exchange.secrets)
            if self._selector is None:
                body_of(response, place)
                self._selector = self._client.detect_data_selector(response)
            page = self._page(response, place)
            if self._paginator is None:
                self._paginator = self._client.detect_paginator(response, page)
            page.paginator = paginator = self._paginator
            guard.note(asked, number, response, place, paginator, rows=len(page))
            paginator.update_state(response, page)
            paginator.update_request(request)
            following = fingerprint(request) if paginator.has_next_page else None
            if self._ahead is not None and following is not None and following != asked:
                self._ahead.paths = self._paths()
                self._ahead.begin(request, paginator)
            yield page
            if not paginator.has_next_page:
                return
            guard.check(fingerprint(request), place, paginator)

    def _answer(self, number: int) -> Response:
        if self._ahead is not None:
            try:
                return self._ahead.fetch(self._request, number)
            except SSLError:
                # A server that is its own authority, say, OpenSSL may trust; its refusal is one that users know.
                self._ahead.close()
                self._ahead = None
        return self._exchange.send(self._exchange.prepare(self._request), number)

    def _paths(self) -> list[tuple[str | int, ...]]:
        """What the core is to look for: the records first, then what the paginator reads."""
        steps = None if self._selector is None else plain_steps(self._selector)
        if steps is None:
            return []
        return [steps, *(wanted_paths(self._paginator) if self._paginator is not None else ())]

    def _page(self, response: Response, place: PagePlace) -> PageData[Any]:
        request, auth, selector = self._request, self._request.auth, self._selector
        paginator: Any = self._paginator
        if isinstance(response, FetchedResponse) and (steps := plain_steps(selector)) is not None:
            seen = response.look(steps)
            if response.answer.oversized is not None:
                raise too_large_row(response.answer.oversized, self._client.config.request_max_row_bytes, place)
            if seen is not None and seen[0] == "list" and response.is_unicode and not is_seen():
                origin = f"{place.url} (page {place.page})"
                return FetchedPage(response, steps, seen[1], origin, request, paginator, auth)
        config = self._client.config
        # An error that a hook of the user's let pass is no page that lost its records.
        excused = not self._checks_status and response.status_code >= _ERROR
        records = records_of(
            response,
            selector,
            place,
            allow_missing=excused or config.http_allow_missing_data,
            max_row_bytes=config.request_max_row_bytes,
        )
        return PageData(records, request=request, response=response, paginator=paginator, auth=auth)
