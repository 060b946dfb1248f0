"""The catalogue by the Creators API, the successor of the Product Advertising API: searches, items, variations, nodes.

An answer may hold items and errors at once. Errors become rows of `creators_errors` and a warning; items load as ever.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gristmill.extract.decorators import resource, source, transformer
from gristmill.mark import materialize_table_schema
from gristmill.sources.amazon.batches import texts, words
from gristmill.sources.amazon.clock import Clock
from gristmill.sources.amazon.columns import CREATORS_ERROR_COLUMNS, CREATORS_ITEM_COLUMNS, CREATORS_ITEM_NESTED
from gristmill.sources.amazon.creators_api import (
    BASE_URL,
    BROWSE_NODES,
    ERRORS,
    ITEMS,
    LAST_PAGE,
    PAGE_MAX,
    VARIATIONS,
    Answered,
    Creators,
)
from gristmill.sources.amazon.credentials import CreatorsCredentials, credentials_of
from gristmill.sources.amazon.marketplaces import marketplace_of
from gristmill.sources.amazon.problems import AmazonError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gristmill.extract.resource import DltResource

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

    - `keywords`: What to search for; each text of a list is a search of its own.
    - `item_ids`: ASINs to look up, into `creators_items` as well.
    - `marketplace`: An id, a country code, a country or a domain.
    - `credentials`: `client_id`, `client_secret`, `version` (`2.1` to `2.3`, `3.1` to `3.3`) and `partner_tag`.
    - `resources`: What to know of each item, as `itemInfo.title`; a useful set if left out.
    - `search_index`: The category to search in, as `Electronics`.
    - `search`: Further parameters of `searchItems`, in the API's spelling (`{"sortBy": "Price:LowToHigh"}`).
    - `variations_of`: Parent ASINs whose variations are wanted.
    - `browse_node_ids`: Browse nodes to look up.
    - `page_size`: Items per page of a search, 1 to 10.
    - `maximum_page`: The last page to read of a search, 1 to 10.
    - `base_url`: Another address than `https://creatorsapi.amazon`.
    - `token_url`: Another address than the version of the credential has.
    - `clock`: Time, for tests.

    Raises `AmazonError` for an argument that the API does not take, `CredentialsMissing` where credentials are not all
    there, and while pages are read what else stands in `gristmill.sources.amazon.problems`.

    >>> found = creators("headphones", credentials={
    ...     "client_id": "c", "client_secret": "s", "version": "3.1", "partner_tag": "tag-20"})
    >>> list(found.resources)
    ['creators_items', 'creators_errors']
    """
    place = marketplace_of(marketplace)
    sought = texts(keywords)
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
    tables = {
        ITEMS: ("asin", "marketplace") if searches or ids else None,
        VARIATIONS: ("asin", "parent_asin", "marketplace") if parents else None,
        BROWSE_NODES: ("id", "marketplace") if nodes else None,
    }

    def answers() -> Iterator[Answered]:
        # A run without errors makes their table all the same, for whoever watches it.
        yield Answered(ERRORS)
        try:
            for body in searches:
                yield from api.search(body, page_size, maximum_page)
            yield from api.items(ids, base)
            yield from api.variations(parents, base, maximum_page)
            yield from api.browse_nodes(nodes)
        finally:
            api.close()

    asked = resource(answers, name="creators_answers", selected=False)
    for table, key in tables.items():
        if key:
            of_items = table != BROWSE_NODES
            yield transformer(
                _rows_of(table),
                data_from=asked,
                name=table,
                write_disposition="merge",
                primary_key=key,
                columns=CREATORS_ITEM_COLUMNS if of_items else None,
                nested_hints=CREATORS_ITEM_NESTED if of_items else None,
            )
    yield transformer(
        _rows_of(ERRORS), data_from=asked, name=ERRORS, write_disposition="append", columns=CREATORS_ERROR_COLUMNS
    )


def _rows_of(table: str) -> Callable[[Answered], Iterator[Any]]:
    def rows(answered: Answered) -> Iterator[Any]:
        if answered.table == table:
            yield materialize_table_schema() if answered.rows is None else answered.rows

    return rows
