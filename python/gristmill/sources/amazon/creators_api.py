"""The operations of the Creators API: their pages, their batches, and the errors that come beside items."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import requests

from gristmill.configuration.runtime import runtime_configuration
from gristmill.sources.amazon.answers import Place, Refusal, items_of, refusals, refused
from gristmill.sources.amazon.batches import batches, shown
from gristmill.sources.amazon.credentials import CreatorsCredentials
from gristmill.sources.amazon.login import Login, Signature, TokenRequest, check_address
from gristmill.sources.amazon.pace import Pace
from gristmill.sources.amazon.problems import AmazonError, MalformedPage
from gristmill.sources.amazon.session import PacedSession
from gristmill.sources.helpers.rest_client.client import RESTClient
from gristmill.sources.helpers.rest_client.paginators import BasePaginator, SinglePagePaginator

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from requests import Request, Response

    from gristmill.sources.amazon.clock import Clock
    from gristmill.sources.amazon.marketplaces import Marketplace

_log = logging.getLogger("gristmill")

BASE_URL = "https://creatorsapi.amazon"
TOKEN_URLS = {
    "2.1": "https://creatorsapi.auth.us-east-1.amazoncognito.com/oauth2/token",
    "2.2": "https://creatorsapi.auth.eu-south-2.amazoncognito.com/oauth2/token",
    "2.3": "https://creatorsapi.auth.us-west-2.amazoncognito.com/oauth2/token",
    "3.1": "https://api.amazon.com/auth/o2/token",
    "3.2": "https://api.amazon.co.uk/auth/o2/token",
    "3.3": "https://api.amazon.co.jp/auth/o2/token",
}
RATE, BURST = 1.0, 1
IDS_MAX = PAGE_MAX = LAST_PAGE = 10
NODE_RESOURCES = ("browseNodes.ancestor", "browseNodes.children")
_ASIN = re.compile(r"\b(?:B[0-9A-Z]{9}|[0-9]{9}[0-9X])\b")
ITEMS, VARIATIONS, BROWSE_NODES = "creators_items", "creators_variations", "creators_browse_nodes"
ERRORS = "creators_errors"


@dataclass(frozen=True)
class Answered:
    """Rows of an answer and the table they are for; none at all only make the table."""

    table: str
    rows: list[dict[str, Any]] | None = None


class Creators:
    """One associate's view of a marketplace, at the pace that is allowed."""

    api = CreatorsCredentials.api

    def __init__(
        self,
        credentials: CreatorsCredentials,
        marketplace: Marketplace,
        base_url: str,
        token_url: str | None,
        clock: Clock,
    ) -> None:
        check_address("base_url", base_url)
        config = runtime_configuration()
        self._marketplace = marketplace.host
        self._partner_tag = credentials.partner_tag
        self._where = credentials.where
        self._login = login(credentials, token_url, clock)
        self._client = RESTClient(
            base_url,
            headers={"x-marketplace": marketplace.host, "Accept": "application/json"},
            auth=self._login,
            session=PacedSession(Pace(RATE, BURST, clock), self._login, clock, config),
            config=config,
        )

    def search(self, body: dict[str, Any], page_size: int, last: int) -> Iterator[Answered]:
        """The pages of one search."""
        asked = f"keywords `{body['keywords']}`" if "keywords" in body else "the search"
        pages = NumberedPages("searchResult", "totalResultCount", page_size, last)
        count = total = 0
        for found in self._pages("searchItems", {**body, "itemCount": page_size}, asked, "searchResult", pages):
            rows = found.items("items", "asin")
            count, total = count + len(rows), max(total, found.number("totalResultCount"))
            yield from self._rows(ITEMS, "searchItems", asked, rows, found.errors)
        # Who asks for fewer pages knows that there are more.
        if count < total and last == LAST_PAGE:
            _log.warning(
                "the %s has %d results for %s, of which %d were read: a search has %d pages at most; narrow it",
                self.api,
                total,
                asked,
                count,
                LAST_PAGE,
            )

    def items(self, ids: Sequence[str], body: dict[str, Any]) -> Iterator[Answered]:
        """Items by their ids; what is neither given nor explained is an error of its own."""
        for batch in batches(ids, IDS_MAX):
            asked = f"items {shown(batch, 3)}"
            for found in self._pages("getItems", {**body, "itemIds": batch}, asked, "itemsResult"):
                rows, errors = found.items("items", "asin"), found.errors
                explained = {row["asin"] for row in rows} | {_asin_in(error.message) for error in errors}
                if len(errors) + len(rows) < len(batch):
                    silent = [each for each in batch if each not in explained]
                    errors = [
                        *errors,
                        *(Refusal("NotReturned", f"{each} was asked for and not answered") for each in silent),
                    ]
                yield from self._rows(ITEMS, "getItems", asked, rows, errors)

    def variations(self, parents: Sequence[str], body: dict[str, Any], last: int) -> Iterator[Answered]:
        """The variations of each parent."""
        for parent in parents:
            pages = NumberedPages(
                "variationsResult", "variationSummary.variationCount", PAGE_MAX, last, "variationPage"
            )
            asked = f"variations of `{parent}`"
            query = {**body, "asin": parent, "variationCount": PAGE_MAX}
            for found in self._pages("getVariations", query, asked, "variationsResult", pages):
                rows = [{**row, "parentASIN": row.get("parentASIN") or parent} for row in found.items("items", "asin")]
                yield from self._rows(VARIATIONS, "getVariations", asked, rows, found.errors)

    def browse_nodes(self, ids: Sequence[str]) -> Iterator[Answered]:
        """Browse nodes by their ids."""
        for batch in batches(ids, IDS_MAX):
            asked = f"browse nodes {shown(batch, 3)}"
            query = {"browseNodeIds": batch, "resources": list(NODE_RESOURCES)}
            for found in self._pages("getBrowseNodes", query, asked, "browseNodesResult"):
                rows = found.items("browseNodes", "id")
                yield from self._rows(BROWSE_NODES, "getBrowseNodes", asked, rows, found.errors)

    def close(self) -> None:
        """Leave no connection open; the next request makes one."""
        self._client.session.close()

    def _pages(
        self, operation: str, body: dict[str, Any], asked: str, result: str, pages: BasePaginator | None = None
    ) -> Iterator[Answer]:
        body = {**body, "partnerTag": self._partner_tag, "marketplace": self._marketplace}
        number = 0
        try:
            for number, page in enumerate(
                self._client.paginate(
                    f"/catalog/v1/{operation}",
                    "POST",
                    json=body,
                    paginator=pages or SinglePagePaginator(),
                    data_selector="$",
                ),
                1,
            ):
                yield Answer(page.response, result, self._place(asked, number, page.response))
        except requests.HTTPError as error:
            response = cast("Response", error.response)
            where, reasons = self._place(asked, number + 1, response), refusals(response, self._login.secrets)
            if number and response.status_code == requests.codes.not_found:
                # There are fewer pages than the first one said.
                return
            # Nothing of what was asked for is there: the errors say why, and what is asked for next may be.
            if response.status_code == requests.codes.not_found and reasons and all(r.code for r in reasons):
                yield from self._nothing(response, where, reasons)
                return
            raise refused(response, where, self._where) from None

    @staticmethod
    def _nothing(response: Response, where: Place, reasons: list[Refusal]) -> Iterator[Answer]:
        answer = Answer(response, None, where)
        answer.errors = reasons
        yield answer

    def _rows(
        self, table: str, operation: str, asked: str, rows: list[dict[str, Any]], errors: list[Refusal]
    ) -> Iterator[Answered]:
        if rows:
            yield Answered(table, [{**row, "marketplace": self._marketplace} for row in rows])
        if errors:
            _log.warning(
                "the %s answered with errors for %s (%d, kept in `%s`); the first: %s",
                self.api,
                asked,
                len(errors),
                ERRORS,
                errors[0].message,
            )
            told = {"operation": operation, "marketplace": self._marketplace}
            of = [{"code": e.code, "message": e.message, "item_id": _asin_in(e.message)} for e in errors]
            yield Answered(ERRORS, [{**told, **error} for error in of])

    def _place(self, asked: str, page: int, response: Response) -> Place:
        return Place(self.api, asked, page, response.url, self._login.secrets)


def login(credentials: CreatorsCredentials, token_url: str | None, clock: Clock) -> Login:
    """How this version of credentials logs in: 2.x at Cognito by a form, 3.x at Login with Amazon by JSON."""
    version = credentials.version
    if version not in TOKEN_URLS:
        known = ", ".join(f"`{each}`" for each in TOKEN_URLS)
        message = f"`version` of the credentials of the {credentials.api} is `{version}`"
        raise AmazonError(message, hint=f"it is one of {known} and stands beside the credential; {credentials.where}")
    is_new = version.startswith("3.")
    body = {
        "grant_type": "client_credentials",
        "client_id": credentials.client_id,
        "client_secret": credentials.client_secret,
        "scope": "creatorsapi::default" if is_new else "creatorsapi/default",
    }
    template = "Bearer {token}" if is_new else f"Bearer {{token}}, Version {version}"
    return Login(
        credentials.api,
        credentials.where,
        TokenRequest(token_url or TOKEN_URLS[version], body, as_json=is_new),
        Signature("Authorization", template),
        clock,
        runtime_configuration(),
    )


class Answer:
    """One page: the part of it that holds what was asked for, and the errors beside."""

    def __init__(self, response: Response, result: str | None, place: Place) -> None:
        self._place = place
        self._path = result
        body: Any = response.json()
        if not isinstance(body, dict):
            message = f"the answer is a `{type(body).__name__}`, where an object was expected\n{place}"
            raise MalformedPage(message, hint="nothing of this run is loaded; try again later")
        found: Any = cast("dict[str, Any]", body).get(result) if result else None
        self.errors = refusals(response, place.secrets) if result and "errors" in body else []
        if result and not isinstance(found, dict) and not self.errors:
            message = f"the answer has neither `{result}` nor `errors`\n{place}"
            raise MalformedPage(message, hint="nothing of this run is loaded; try again later")
        self._found: dict[str, Any] = cast("dict[str, Any]", found) if isinstance(found, dict) else {}

    def items(self, name: str, key: str) -> list[dict[str, Any]]:
        """The items of the page."""
        if name not in self._found and (self.errors or not self._path):
            return []
        return items_of(self._found.get(name), f"{self._path}.{name}", key, self._place)

    def number(self, name: str) -> int:
        """A number that stands beside the items."""
        value = self._found.get(name)
        return value if isinstance(value, int) else 0


class NumberedPages(BasePaginator):
    """Pages are numbered from 1 in the body; the last is the one that holds the last item, or the tenth."""

    def __init__(self, result: str, total: str, size: int, last: int, parameter: str = "itemPage") -> None:
        super().__init__()
        self._result = result
        self._total = total.split(".")
        self._size = size
        self._last = last
        self._parameter = parameter
        self._page = 1

    def init_request(self, request: Request) -> None:
        """Begin at the first."""
        self._page = 1
        self.update_request(request)

    def update_state(self, response: Response, data: list[Any] | None = None) -> None:  # noqa: ARG002
        """See whether there are more."""
        body: dict[str, Any] = data[0] if data and isinstance(data[0], dict) else {}
        result: Any = body.get(self._result)
        items = _at(result, ["items"])
        count = len(cast("list[Any]", items)) if isinstance(items, list) else 0
        total = _at(result, self._total)
        # Without a total, a page that is not full is the last.
        more = self._page * self._size < total if isinstance(total, int) else count >= self._size
        self._has_next_page = count > 0 and more and self._page < self._last
        self._page += 1

    def update_request(self, request: Request) -> None:
        """Ask for the page."""
        body = cast("dict[str, Any]", request.json or {})
        request.json = {**body, self._parameter: self._page}


def _at(value: Any, path: Sequence[str]) -> Any:
    for name in path:
        value = cast("dict[str, Any]", value).get(name) if isinstance(value, dict) else None
    return value


def _asin_in(message: str) -> str | None:
    found = _ASIN.search(message)
    return found[0] if found else None
