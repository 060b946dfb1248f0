"""The catalogue by the Creators API, the successor of the Product Advertising API: searches, items, variations, nodes.

An answer may hold items and errors at once. Errors become rows of `creators_errors` and a warning; items load as ever.
"""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Any, cast

import requests

from gristmill.configuration.runtime import runtime_configuration
from gristmill.extract.decorators import resource, source
from gristmill.mark import make_hints, materialize_table_schema, with_hints
from gristmill.sources.amazon.answers import Place, Refusal, items_of, refusals, refused
from gristmill.sources.amazon.batches import batches, shown, words
from gristmill.sources.amazon.clock import Clock
from gristmill.sources.amazon.columns import CREATORS_ERROR_COLUMNS, CREATORS_ITEM_COLUMNS, CREATORS_ITEM_NESTED
from gristmill.sources.amazon.credentials import CreatorsCredentials, credentials_of
from gristmill.sources.amazon.login import Login, Signature, TokenRequest, check_address
from gristmill.sources.amazon.marketplaces import Marketplace, marketplace_of
from gristmill.sources.amazon.pace import Pace
from gristmill.sources.amazon.problems import AmazonError, MalformedPage
from gristmill.sources.amazon.session import PacedSession
from gristmill.sources.helpers.rest_client.client import RESTClient
from gristmill.sources.helpers.rest_client.paginators import BasePaginator, SinglePagePaginator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from requests import Request, Response

    from gristmill.extract.resource import DltResource

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
USUAL_RESOURCES = (
    "browseNodeInfo.browseNodes",
    "browseNodeInfo.websiteSalesRank",
    "images.primary.large",
    "itemInfo.byLineInfo",
    "itemInfo.classifications",
    "itemInfo.externalIds",
    "itemInfo.features",
    "itemInfo.productInfo",
    "itemInfo.title",
    "offersV2.listings.availability",
    "offersV2.listings.condition",
    "offersV2.listings.price",
    "parentASIN",
)
NODE_RESOURCES = ("browseNodes.ancestor", "browseNodes.children")
_ASIN = re.compile(r"\b(?:B[0-9A-Z]{9}|[0-9]{9}[0-9X])\b")
_ERRORS = make_hints(
    table_name="creators_errors", write_disposition="append", columns=CREATORS_ERROR_COLUMNS, primary_key=[], merge_key=[]
)


@source(name="creators", section="amazon")
def creators(
    keywords: list[str] | str | None = None,
    item_ids: list[str] | str | None = None,
    marketplace: str = "US",
    credentials: CreatorsCredentials | dict[str, Any] | None = None,
    *,
    resources: list[str] | str | None = None,
    search_index: str | None = None,
    search: dict[str, Any] | None = None,
    variations_of: list[str] | str | None = None,
    browse_node_ids: list[str] | str | None = None,
    page_size: int = PAGE_MAX,
    maximum_page: int = LAST_PAGE,
    base_url: str | None = None,
    token_url: str | None = None,
    clock: Clock | None = None,
) -> Iterator[DltResource]:
    """What is asked for, as `creators_items`, `creators_variations` and `creators_browse_nodes`; errors beside.

    Each run asks anew and merges by key and marketplace. Ids are asked for ten at a time. A search has ten pages of ten
    items at most; where it would have more, a warning says so. What the API answers with an error beside the items, or
    not at all, is a row of `creators_errors` (appended, so that each run's stay) and a warning.

    Args:
        keywords: What to search for; each text of a list is a search of its own.
        item_ids: ASINs to look up, into `creators_items` as well.
        marketplace: An id, a country code, a country or a domain.
        credentials: `client_id`, `client_secret`, `version` (`2.1` to `2.3`, `3.1` to `3.3`) and `partner_tag`.
        resources: What to know of each item, as `itemInfo.title`; a useful set if left out.
        search_index: The category to search in, as `Electronics`.
        search: Further parameters of `searchItems`, in the API's spelling (`{"sortBy": "Price:LowToHigh"}`).
        variations_of: Parent ASINs whose variations are wanted.
        browse_node_ids: Browse nodes to look up.
        page_size: Items per page of a search, 1 to 10.
        maximum_page: The last page to read of a search, 1 to 10.
        base_url: Another address than `https://creatorsapi.amazon`.
        token_url: Another address than the version of the credential has.
        clock: Time, for tests.

    Raises:
        AmazonError: An argument is not what the API takes.
        CredentialsMissing: Not all credentials are there; others of this package while pages are read.

    >>> found = creators("headphones", credentials={
    ...     "client_id": "c", "client_secret": "s", "version": "3.1", "partner_tag": "tag-20"})
    >>> list(found.resources)
    ['creators_items']
    """
    place = marketplace_of(marketplace)
    sought = [keywords] if isinstance(keywords, str) else list(keywords or ())
    ids, parents, nodes = (
        words(name, given)
        for name, given in (
            ("item_ids", item_ids),
            ("variations_of", variations_of),
            ("browse_node_ids", browse_node_ids),
        )
    )
    for name, value in (("page_size", page_size), ("maximum_page", maximum_page)):
        if not 1 <= value <= LAST_PAGE:
            message = f"`{name}` is {value}, and the API has 1 to {LAST_PAGE}"
            raise AmazonError(message)
    if not (sought or search or ids or parents or nodes):
        message = "nothing is asked for: `keywords`, `item_ids`, `variations_of` and `browse_node_ids` are all empty"
        raise AmazonError(message, hint="pass one of them, or set it under `[sources.amazon]` in `.dlt/config.toml`")
    wanted = words("resources", resources) or list(USUAL_RESOURCES)
    api = Creators(
        credentials_of(CreatorsCredentials, credentials), place, base_url or BASE_URL, token_url, clock or Clock()
    )
    base = {"resources": wanted}
    searches = [
        {**base, **({"searchIndex": search_index} if search_index else {}), **(search or {}), **by}
        for by in ([{"keywords": text} for text in sought] or ([{}] if search else []))
    ]
    if searches or ids:

        def items() -> Iterator[Any]:
            for body in searches:
                yield from api.search(body, page_size, maximum_page)
            yield from api.items(ids, base)

        yield _resource("creators_items", items, ("asin", "marketplace"))
    if parents:
        yield _resource(
            "creators_variations",
            lambda: api.variations(parents, base, maximum_page),
            ("asin", "parent_asin", "marketplace"),
        )
    if nodes:
        yield _resource("creators_browse_nodes", lambda: api.browse_nodes(nodes), ("id", "marketplace"))


def _resource(name: str, rows: Callable[[], Iterator[Any]], key: tuple[str, ...]) -> DltResource:
    def pages() -> Iterator[Any]:
        yield materialize_table_schema()
        yield from rows()

    of_items = "asin" in key
    return resource(
        pages,
        name=name,
        write_disposition="merge",
        primary_key=key,
        columns=CREATORS_ITEM_COLUMNS if of_items else None,
        nested_hints=CREATORS_ITEM_NESTED if of_items else None,
    )


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

    def search(self, body: dict[str, Any], page_size: int, last: int) -> Iterator[Any]:
        """The pages of one search."""
        asked = f"keywords `{body['keywords']}`" if "keywords" in body else "the search"
        pages = NumberedPages("searchResult", "totalResultCount", page_size, last)
        count = total = 0
        for found in self._pages("searchItems", {**body, "itemCount": page_size}, asked, "searchResult", pages):
            rows, errors, total = found.items("items", "asin"), found.errors, max(total, found.number("totalResultCount"))
            count += len(rows)
            yield from self._rows("searchItems", asked, rows, errors)
        if count < total:
            _log.warning(
                "the %s has %d results for %s, of which %d were read: a search has %d pages at most; narrow it",
                self.api,
                total,
                asked,
                count,
                LAST_PAGE,
            )

    def items(self, ids: Sequence[str], body: dict[str, Any]) -> Iterator[Any]:
        """Items by their ids; what is neither given nor explained is an error of its own."""
        for batch in batches(ids, IDS_MAX):
            asked = f"items {shown(batch, 3)}"
            for found in self._pages("getItems", {**body, "itemIds": batch}, asked, "itemsResult"):
                rows, errors = found.items("items", "asin"), found.errors
                explained = {row["asin"] for row in rows} | {_asin_in(error.message) for error in errors}
                if len(errors) + len(rows) < len(batch):
                    silent = [each for each in batch if each not in explained]
                    errors = [*errors, *(Refusal("NotReturned", f"{each} was asked for and not answered") for each in silent)]
                yield from self._rows("getItems", asked, rows, errors)

    def variations(self, parents: Sequence[str], body: dict[str, Any], last: int) -> Iterator[Any]:
        """The variations of each parent."""
        for parent in parents:
            pages = NumberedPages("variationsResult", "variationSummary.variationCount", PAGE_MAX, last, "variationPage")
            asked = f"variations of `{parent}`"
            query = {**body, "asin": parent, "variationCount": PAGE_MAX}
            for found in self._pages("getVariations", query, asked, "variationsResult", pages):
                rows = [{**row, "parentASIN": row.get("parentASIN") or parent} for row in found.items("items", "asin")]
                yield from self._rows("getVariations", asked, rows, found.errors)

    def browse_nodes(self, ids: Sequence[str]) -> Iterator[Any]:
        """Browse nodes by their ids."""
        for batch in batches(ids, IDS_MAX):
            asked = f"browse nodes {shown(batch, 3)}"
            query = {"browseNodeIds": batch, "resources": list(NODE_RESOURCES)}
            for found in self._pages("getBrowseNodes", query, asked, "browseNodesResult"):
                yield from self._rows("getBrowseNodes", asked, found.items("browseNodes", "id"), found.errors)

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
            where, reasons = self._place(asked, number + 1, error.response), refusals(error.response)
            # Nothing of what was asked for is there: the errors say why, and others may be.
            if error.response.status_code == requests.codes.not_found and reasons:
                yield from self._nothing(error.response, where, reasons)
                return
            raise refused(error.response, where, self._where) from None

    @staticmethod
    def _nothing(response: Response, where: Place, reasons: list[Refusal]) -> Iterator[Answer]:
        answer = Answer(response, None, where)
        answer.errors = reasons
        yield answer

    def _rows(self, operation: str, asked: str, rows: list[dict[str, Any]], errors: list[Refusal]) -> Iterator[Any]:
        if rows:
            yield [{**row, "marketplace": self._marketplace} for row in rows]
        if not errors:
            return
        _log.warning(
            "the %s answered %d errors for %s, kept in `creators_errors`; the first: %s",
            self.api,
            len(errors),
            asked,
            errors[0].message,
        )
        for error in errors:
            row = {
                "operation": operation,
                "marketplace": self._marketplace,
                "code": error.code,
                "message": error.message,
                "item_id": _asin_in(error.message),
            }
            yield with_hints(row, _ERRORS, create_table_variant=True)

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
        self.errors = refusals(response) if result and "errors" in body else []
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

    def update_state(self, response: Response, data: list[Any] | None = None) -> None:
        """See whether there are more."""
        body = data[0] if data and isinstance(data[0], dict) else {}
        total: Any = body.get(self._result)
        items = total.get("items") if isinstance(total, dict) else None
        for name in self._total:
            total = total.get(name) if isinstance(total, dict) else None
        # Without a total, a page that is not full is the last.
        more = self._page * self._size < total if isinstance(total, int) else len(items or ()) >= self._size
        self._has_next_page = bool(items) and more and self._page < self._last
        self._page += 1

    def update_request(self, request: Request) -> None:
        """Ask for the page."""
        body: dict[str, Any] = dict(request.json or {})
        request.json = {**body, self._parameter: self._page}


def _asin_in(message: str) -> str | None:
    found = _ASIN.search(message)
    return found[0] if found else None
