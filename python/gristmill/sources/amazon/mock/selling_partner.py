"""The mock's Catalog Items 2022-04-01."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

from gristmill.sources.amazon.marketplaces import MARKETPLACES
from gristmill.sources.amazon.mock.catalog import US, Catalog, example
from gristmill.sources.amazon.selling_partner import BATCH_MAX, IDENTIFIERS_TYPES, INCLUDED_DATA, ITEMS_PATH, PAGE_MAX

if TYPE_CHECKING:
    from gristmill.sources.amazon.mock.server import Answer

_MARKETPLACE_IDS = {m.id for m in MARKETPLACES}
RESULTS_MAX = 1000


def answer(catalog: Catalog, path: str, query: dict[str, str], now: float, page_token_life: float) -> Answer:
    """The answer to a GET below `/catalog/2022-04-01/items`."""
    sets = _listed(query.get("includedData")) or ["summaries"]
    marketplace = query.get("marketplaceIds", "")
    if marketplace not in _MARKETPLACE_IDS or not set(sets) <= set(INCLUDED_DATA):
        return 400, example("bad_request")
    asin = path.removeprefix(ITEMS_PATH).strip("/")
    if asin:
        found = catalog.by_asin.get(asin)
        if found is None:
            return 404, _errors("NOT_FOUND", f"Requested item '{asin}' not found in marketplace {marketplace}.")
        return 200, _shown(found, sets, marketplace)
    keywords, identifiers = _listed(query.get("keywords")), _listed(query.get("identifiers"))
    size = query.get("pageSize", "10")
    sized = size.isdigit() and 1 <= int(size) <= PAGE_MAX
    kind = query.get("identifiersType")
    is_search = bool(keywords) != bool(identifiers) and max(len(keywords), len(identifiers)) <= BATCH_MAX
    if not sized or not is_search or (identifiers and kind not in IDENTIFIERS_TYPES):
        return 400, example("bad_request")
    items = catalog.search(keywords) if keywords else catalog.identified(str(kind), identifiers)
    offset = 0
    if token := query.get("pageToken"):
        place = _opened(token)
        if place is None or place["for"] != _asked(query) or now - place["at"] > page_token_life:
            return 400, example("bad_request")
        offset = place["offset"]
    return 200, _page(items, offset, int(size), query, sets, marketplace, now)


def _page(
    items: list[dict[str, Any]], offset: int, size: int, query: dict[str, str], sets: list[str], place: str, now: float
) -> dict[str, Any]:
    given = items[:RESULTS_MAX]
    end = offset + size
    pagination: dict[str, str] = {}
    if end < len(given):
        pagination["nextToken"] = _sealed({"offset": end, "at": now, "for": _asked(query)})
    if offset:
        pagination["previousToken"] = _sealed({"offset": max(offset - size, 0), "at": now, "for": _asked(query)})
    body = example("search")
    return {
        "numberOfResults": len(items),
        "pagination": pagination,
        "refinements": body["refinements"],
        "items": [_shown(item, sets, place) for item in given[offset:end]],
    }


def _shown(item: dict[str, Any], sets: list[str], marketplace: str) -> dict[str, Any]:
    shown = {name: value for name, value in item.items() if name == "asin" or name in sets}
    return shown if marketplace == US else json.loads(json.dumps(shown).replace(US, marketplace))


def _asked(query: dict[str, str]) -> str:
    return json.dumps({name: value for name, value in query.items() if name != "pageToken"}, sort_keys=True)


def _sealed(place: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode()


def _opened(token: str) -> dict[str, Any] | None:
    try:
        place = json.loads(base64.urlsafe_b64decode(token))
    except ValueError:
        return None
    return place if isinstance(place, dict) and {"offset", "at", "for"} <= set(place) else None  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]


def _listed(text: str | None) -> list[str]:
    return [part for part in (text or "").split(",") if part]


def _errors(code: str, message: str) -> dict[str, Any]:
    return {"errors": [{"code": code, "message": message, "details": ""}]}
