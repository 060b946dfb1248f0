"""Pages that lead back to pages that were there already."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from gristmill.sources.helpers.rest_client.exceptions import PaginationLoop
from gristmill.sources.helpers.rest_client.fetched import FetchedResponse
from gristmill.sources.helpers.rest_client.paginators import BaseReferencePaginator, RangePaginator

if TYPE_CHECKING:
    from requests import Request, Response

    from gristmill.sources.helpers.rest_client.paginators import BasePaginator
    from gristmill.sources.helpers.rest_client.records import PagePlace

# One page more might be equal by chance; so many are not.
_MOST_EQUAL = 10


class LoopGuard:
    """Remembers each request by a hash.

    What a link or a cursor of the API asks for twice, it asks for forever. A paginator of the user's may ask twice (a
    queue is polled that way): with it, the same answer must come as well. Numbers only grow, so where nothing tells the
    last one, the answers tell whether the server reads them at all.
    """

    def __init__(self) -> None:
        self._pages: dict[int, tuple[int, int]] = {}
        self._last: Response | None = None
        self._equal = 0

    def note(
        self, request: int, page: int, response: Response, place: PagePlace, paginator: BasePaginator, *, rows: int
    ) -> None:
        """Note what was asked and, if the paginator is the user's, what came."""
        if _is_ours(paginator):
            self._pages[request] = (page, 0)
            if isinstance(paginator, RangePaginator) and paginator.is_endless:
                self._compare(response, place, paginator, rows)
            return
        body = hash(response.content)
        known = self._pages.get(request)
        if known is not None and known[1] == body:
            raise _loop(known[0], place)
        self._pages[request] = (page, body)

    def _compare(self, response: Response, place: PagePlace, paginator: RangePaginator, rows: int) -> None:
        before, self._last = self._last, response
        is_equal = (
            rows and before is not None and _size(before) == _size(response) and before.content == response.content
        )
        self._equal = self._equal + 1 if is_equal else 0
        if self._equal < _MOST_EQUAL:
            return
        raise _not_read(paginator.param_name or paginator.param_body_path, place)

    def check(self, request: int, place: PagePlace, paginator: BasePaginator) -> None:
        """Look before asking."""
        known = self._pages.get(request)
        if known is not None and _is_ours(paginator) and isinstance(paginator, BaseReferencePaginator):
            raise _loop(known[0], place)


def _is_ours(paginator: BasePaginator) -> bool:
    return isinstance(paginator, (BaseReferencePaginator, RangePaginator)) and type(paginator).__module__.startswith(
        "gristmill."
    )


def _size(response: Response) -> int:
    return response.answer.size if isinstance(response, FetchedResponse) else len(response.content)


def _not_read(name: str | None, place: PagePlace) -> PaginationLoop:
    return PaginationLoop(
        f"{_MOST_EQUAL + 1} pages in a row are the same, byte by byte: the server does not seem to read `{name}`",
        place.url,
        place.page,
        hint="see how this API names its pages; if they are equal indeed, say how many there are (a maximum, or a path"
        " to the total)",
    )


def _loop(page: int, place: PagePlace) -> PaginationLoop:
    return PaginationLoop(
        f"the next page is page {page} again: the pages would never end",
        place.url,
        place.page,
        hint="the API names a page that was there already; check the paginator, or end the pages with a maximum",
    )


def fingerprint(request: Request) -> int:
    """What tells requests apart.

    >>> from requests import Request
    >>> fingerprint(Request("GET", "https://a.b", params={"p": 1})) == fingerprint(Request("GET", "https://a.b"))
    False
    """
    # Empty or missing is the same on the wire.
    parts: list[Any] = [
        request.method,
        request.url,
        *(part or None for part in (request.params, request.json, request.data, request.headers)),
    ]
    return hash(json.dumps(parts, sort_keys=True, default=str))
