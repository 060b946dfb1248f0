"""A page of records, with the request it answers and the answer it came in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable

    from requests import Request, Response
    from requests.auth import AuthBase

    from gristmill.sources.helpers.rest_client.paginators import BasePaginator

T = TypeVar("T")


class PageData(list[T]):
    """The records of a page as a list; `request`, `response`, `paginator` and `auth` tell where they come from.

    `request` is already the one for the next page, as in dlt.
    """

    def __init__(
        self,
        items: Iterable[T],
        /,
        request: Request,
        response: Response,
        paginator: BasePaginator,
        auth: AuthBase | Any | None,
    ) -> None:
        super().__init__(items)
        self.request = request
        self.response = response
        self.paginator = paginator
        self.auth = auth
