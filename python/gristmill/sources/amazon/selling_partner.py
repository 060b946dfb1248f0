"""The catalogue by the Selling Partner API, Catalog Items 2022-04-01: what keywords find, or what identifiers name."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import requests

from gristmill.configuration.runtime import runtime_configuration
from gristmill.extract.decorators import resource, source
from gristmill.sources.amazon.answers import Place, items_of, refused
from gristmill.sources.amazon.batches import batches, one_of, shown, words
from gristmill.sources.amazon.clock import Clock
from gristmill.sources.amazon.columns import CATALOG_COLUMNS, CATALOG_NESTED
from gristmill.sources.amazon.credentials import SellingPartnerCredentials, credentials_of
from gristmill.sources.amazon.login import Login, Signature, TokenRequest, check_address
from gristmill.sources.amazon.marketplaces import Marketplace, marketplace_of
from gristmill.sources.amazon.pace import Pace
from gristmill.sources.amazon.problems import AmazonError, PageTokenExpired
from gristmill.sources.amazon.session import PacedSession
from gristmill.sources.helpers.rest_client.client import RESTClient
from gristmill.sources.helpers.rest_client.paginators import JSONResponseCursorPaginator

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gristmill.extract.resource import DltResource

_log = logging.getLogger("gristmill")

ITEMS_PATH = "/catalog/2022-04-01/items"
TOKEN_URL = "https://api.amazon.com/auth/o2/token"  # noqa: S105
RATE, BURST = 2.0, 2
BATCH_MAX = PAGE_MAX = 20
INCLUDED_DATA = (
    "attributes",
    "classifications",
    "dimensions",
    "identifiers",
    "images",
    "productTypes",
    "relationships",
    "salesRanks",
    "summaries",
    "vendorDetails",
)
# Attributes make a table each, and only vendors may have their details.
USUAL_DATA = tuple(name for name in INCLUDED_DATA if name not in ("attributes", "vendorDetails"))
IDENTIFIERS_TYPES = ("ASIN", "EAN", "GTIN", "ISBN", "JAN", "MINSAN", "SKU", "UPC")
_BAD_REQUEST = 400


@source(name="selling_partner_catalog", section="amazon")
def selling_partner_catalog(
    keywords: list[str] | str | None = None,
    identifiers: list[str] | str | None = None,
    identifiers_type: str = "ASIN",
    marketplace: str = "US",
    included_data: list[str] | str | None = None,
    credentials: SellingPartnerCredentials | dict[str, Any] | None = None,
    *,
    seller_id: str | None = None,
    brand_names: list[str] | str | None = None,
    classification_ids: list[str] | str | None = None,
    locale: str | None = None,
    keywords_locale: str | None = None,
    page_size: int = PAGE_MAX,
    sandbox: bool = False,
    base_url: str | None = None,
    token_url: str | None = None,
    clock: Clock | None = None,
) -> DltResource:
    """Items of the catalogue, as the table `catalog_items` and one below it for each list that an item holds.

    Each run asks anew and merges by `asin` and `marketplace_id`: the API does not tell what has changed. More than 20
    keywords or identifiers are asked for 20 at a time; the keywords of one request are searched for together.

    - `keywords`: What to search for; either this or `identifiers`.
    - `identifiers`: What to look up, of one type.
    - `identifiers_type`: `ASIN`, `EAN`, `GTIN`, `ISBN`, `JAN`, `MINSAN`, `SKU` (needs `seller_id`) or `UPC`.
    - `marketplace`: An id, a country code, a country or a domain (`ATVPDKIKX0DER`, `US`, `United States`, `amazon.com`).
    - `included_data`: The sets to ask for: all but `attributes` and `vendorDetails` unless they are named.
    - `credentials`: `client_id`, `client_secret` and `refresh_token`; see `gristmill.sources.amazon.credentials`.
    - `seller_id`: The seller, or vendor code, that SKUs belong to.
    - `brand_names`: Narrows a search by keywords.
    - `classification_ids`: Narrows a search by keywords.
    - `locale`: The language of texts, as `en_US`; the marketplace's own if left out.
    - `keywords_locale`: The language of the keywords.
    - `page_size`: Items per page, 1 to 20.
    - `sandbox`: Ask Amazon's sandbox, which knows a few fixed requests.
    - `base_url`: Another address than the marketplace's region has.
    - `token_url`: Another address than that of Login with Amazon.
    - `clock`: Time, for tests.

    Raises `AmazonError` for an argument that the API does not take, `CredentialsMissing` where credentials are not all
    there, and while pages are read what else stands in `gristmill.sources.amazon.problems`.

    >>> catalog = selling_partner_catalog(identifiers=["B07N4M94X4"], credentials={
    ...     "client_id": "amzn1.application-oa2-client.1", "client_secret": "s", "refresh_token": "Atzr|r"})
    >>> catalog.catalog_items.write_disposition
    'merge'
    """
    place = marketplace_of(marketplace)
    wanted = _wanted(keywords, identifiers, identifiers_type, seller_id)
    if not 1 <= page_size <= PAGE_MAX:
        message = f"`page_size` is {page_size}, and a page has 1 to {PAGE_MAX} items"
        raise AmazonError(message)
    sets = [one_of("included_data", name, INCLUDED_DATA) for name in words("included_data", included_data)]
    params: dict[str, str] = {
        "marketplaceIds": place.id,
        "includedData": ",".join(sets or USUAL_DATA),
        "pageSize": str(page_size),
    }
    narrowing = {"brandNames": brand_names, "classificationIds": classification_ids, "keywordsLocale": keywords_locale}
    if wanted.param == "keywords":
        params |= {name: ",".join(found) for name, value in narrowing.items() if (found := words(name, value))}
    elif any(narrowing.values()):
        message = "`brand_names`, `classification_ids` and `keywords_locale` narrow a search by keywords"
        raise AmazonError(message, hint="leave them out where `identifiers` are given")
    if locale:
        params["locale"] = locale
    host = f"{'sandbox.' if sandbox else ''}sellingpartnerapi-{place.region}.amazon.com"
    catalog = Catalog(
        credentials_of(SellingPartnerCredentials, credentials),
        base_url or f"https://{host}",
        token_url or TOKEN_URL,
        clock or Clock(),
    )

    def catalog_items() -> Iterator[Any]:
        try:
            yield from catalog.rows(wanted, params, place)
        finally:
            catalog.close()

    return resource(
        catalog_items,
        name="catalog_items",
        write_disposition="merge",
        primary_key=("asin", "marketplace_id"),
        columns=CATALOG_COLUMNS,
        nested_hints=CATALOG_NESTED,
    )


class Wanted(NamedTuple):
    """What is asked for: the parameter that takes it, its values, and what goes along."""

    param: str
    values: list[str]
    along: dict[str, str]


def _wanted(keywords: Any, identifiers: Any, identifiers_type: str, seller_id: str | None) -> Wanted:
    sought, named = words("keywords", keywords), words("identifiers", identifiers)
    if bool(sought) == bool(named):
        given = "both are given" if sought else "neither is given"
        message = f"the catalogue is read by `keywords` or by `identifiers`, and {given}"
        raise AmazonError(message, hint="pass one of them, or set it under `[sources.amazon]` in `.dlt/config.toml`")
    if sought:
        return Wanted("keywords", sought, {})
    kind = one_of("identifiers_type", identifiers_type, IDENTIFIERS_TYPES)
    along = {"identifiersType": kind}
    if kind == "SKU":
        if not seller_id:
            message = "a SKU belongs to a seller: `identifiers_type` `SKU` needs `seller_id`"
            raise AmazonError(message)
        along["sellerId"] = seller_id
    return Wanted("identifiers", [n.upper() for n in named] if kind == "ASIN" else named, along)


class Catalog:
    """One application's view of the catalogue, at the pace that it is allowed."""

    api = SellingPartnerCredentials.api

    def __init__(self, credentials: SellingPartnerCredentials, base_url: str, token_url: str, clock: Clock) -> None:
        check_address("base_url", base_url)
        config = runtime_configuration()
        body = {
            "grant_type": "refresh_token",
            "refresh_token": credentials.refresh_token,
            "client_id": credentials.client_id,
            "client_secret": credentials.client_secret,
        }
        self._login = Login(
            self.api,
            credentials.where,
            TokenRequest(token_url, body),
            Signature("x-amz-access-token"),
            clock,
            config,
        )
        session = PacedSession(Pace(RATE, BURST, clock), self._login, clock, config)
        self._client = RESTClient(
            base_url, headers={"Accept": "application/json"}, auth=self._login, session=session, config=config
        )

    def rows(self, wanted: Wanted, params: Mapping[str, str], place: Marketplace) -> Iterator[list[dict[str, Any]]]:
        """Pages of items, each item once, with the marketplace they were found in."""
        seen: set[str] = set()
        for batch in batches(wanted.values, BATCH_MAX):
            query = {**params, **wanted.along, wanted.param: ",".join(batch)}
            for items in self._found(query, f"{wanted.param} {shown(batch, 3)}", seen):
                yield [{**item, "marketplace_id": place.id} for item in items]
        if not seen:
            asked = f"{wanted.param} {shown(wanted.values, 3)}"
            _log.warning("nothing in the catalogue of %s for %s: no table is made or changed", place.country, asked)
        elif wanted.along.get("identifiersType") == "ASIN" and (missing := [a for a in wanted.values if a not in seen]):
            _log.warning("not in the catalogue of %s: %s", place.country, shown(missing))

    def close(self) -> None:
        """Leave no connection open; the next request makes one."""
        self._client.session.close()

    def _found(self, query: dict[str, str], asked: str, seen: set[str]) -> Iterator[list[dict[str, Any]]]:
        """One search. When its page token expires it starts over, and passes over what was there already."""
        furthest = 0
        while True:
            number = 0
            try:
                for items in self._pages(query, asked):
                    number += 1
                    fresh = [item for item in items if item["asin"] not in seen]
                    seen.update(item["asin"] for item in fresh)
                    if fresh:
                        yield fresh
            except requests.HTTPError as error:
                response = cast("requests.Response", error.response)
                where = self._place(asked, number + 1, response)
                # The same search was answered before: what is new in the request is its page token.
                if response.status_code != _BAD_REQUEST or not number:
                    raise refused(response, where, SellingPartnerCredentials.where) from None
                if number <= furthest:
                    message = f"the {self.api} does not take its page token any more, twice at the same page\n{where}"
                    raise PageTokenExpired(
                        message, hint="nothing of this run is loaded; ask for less, so that each page is read in time"
                    ) from None
                _log.warning("the page token expired after page %d of %s: the search starts over", number, asked)
                furthest = number
            else:
                return

    def _pages(self, query: dict[str, str], asked: str) -> Iterator[list[dict[str, Any]]]:
        paginator = JSONResponseCursorPaginator("pagination.nextToken", "pageToken")
        total = count = 0
        for number, page in enumerate(
            self._client.paginate(ITEMS_PATH, params=dict(query), paginator=paginator, data_selector="items"), 1
        ):
            response = page.response
            body = response.json()
            items = items_of(body.get("items"), "items", "asin", self._place(asked, number, response))
            count += len(items)
            estimate = body.get("numberOfResults")
            total = estimate if isinstance(estimate, int) else total
            yield items
        if count < total:
            _log.warning(
                "the %s speaks of %d results for %s and gave %d: its searches end early; narrow this one",
                self.api,
                total,
                asked,
                count,
            )

    def _place(self, asked: str, page: int, response: requests.Response) -> Place:
        return Place(self.api, asked, page, response.url.partition("?")[0], self._login.secrets)
