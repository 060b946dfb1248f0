"""The mock's Creators API."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from gristmill.sources.amazon.creators_api import IDS_MAX, LAST_PAGE, PAGE_MAX
from gristmill.sources.amazon.marketplaces import MARKETPLACES

if TYPE_CHECKING:
    from gristmill.sources.amazon.mock.catalog import Catalog
    from gristmill.sources.amazon.mock.server import Answer

_HOSTS = {m.host for m in MARKETPLACES}
_ASIN = re.compile(r"[A-Z0-9]{10}")


def answer(catalog: Catalog, operation: str, marketplace: str, body: dict[str, Any]) -> Answer:
    """The answer to a POST below `/catalog/v1`."""
    if marketplace not in _HOSTS:
        return _invalid("x-marketplace", "is no marketplace")
    if not body.get("partnerTag"):
        return _invalid("partnerTag", "is missing")
    operations = {
        "searchItems": _search,
        "getItems": _items,
        "getVariations": _variations,
        "getBrowseNodes": _browse_nodes,
    }
    if operation not in operations:
        return 404, {"type": "ResourceNotFoundException", "message": f"there is no operation {operation}"}
    return operations[operation](catalog, body)


def _search(catalog: Catalog, body: dict[str, Any]) -> Answer:
    count, page = body.get("itemCount", PAGE_MAX), body.get("itemPage", 1)
    if not isinstance(count, int) or not 1 <= count <= PAGE_MAX:
        return _invalid("itemCount", f"must be 1 to {PAGE_MAX}")
    if not isinstance(page, int) or not 1 <= page <= LAST_PAGE:
        return _invalid("itemPage", f"must be 1 to {LAST_PAGE}")
    found = catalog.search([str(body.get("keywords", ""))])
    shown = [_shown(item) for item in found[(page - 1) * count : page * count]]
    if not shown:
        return 404, {"errors": [{"code": "NoResults", "message": "No results found for your request."}]}
    return 200, {
        "searchResult": {"items": shown, "totalResultCount": len(found), "searchURL": "https://www.amazon.com/s"}
    }


def _items(catalog: Catalog, body: dict[str, Any]) -> Answer:
    ids = body.get("itemIds")
    if not isinstance(ids, list) or not 1 <= len(ids) <= IDS_MAX:  # pyright: ignore[reportUnknownArgumentType]
        return _invalid("itemIds", f"must be 1 to {IDS_MAX}")
    found: list[dict[str, Any]] = []
    errors: list[dict[str, str]] = []
    for asin in map(str, ids):  # pyright: ignore[reportUnknownArgumentType]
        if asin in catalog.by_asin:
            found.append(_shown(catalog.by_asin[asin]))
        elif _ASIN.fullmatch(asin):
            message = f"The ItemId {asin} is not accessible through the Creators API."
            errors.append({"code": "ItemNotAccessible", "message": message})
        else:
            message = f"The ItemId {asin} provided in the request is invalid."
            errors.append({"code": "InvalidParameterValue", "message": message})
    answer: dict[str, Any] = {"itemsResult": {"items": found}} if found else {}
    return 200, {**answer, **({"errors": errors} if errors else {})}


def _variations(catalog: Catalog, body: dict[str, Any]) -> Answer:
    count, page = body.get("variationCount", PAGE_MAX), body.get("variationPage", 1)
    parent = body.get("asin")
    found = [
        item
        for item in catalog.items
        if any(parent in r.get("parentAsins", ()) for r in item["relationships"][0]["relationships"])
    ]
    shown = [_shown(item) for item in found[(page - 1) * count : page * count]]
    if not shown:
        return 404, {"errors": [{"code": "NoResults", "message": f"No variations found for {parent}."}]}
    summary = {"variationCount": len(found), "pageCount": -(-len(found) // count)}
    return 200, {"variationsResult": {"items": shown, "variationSummary": summary}}


def _browse_nodes(catalog: Catalog, body: dict[str, Any]) -> Answer:
    known: dict[str, str] = {}
    for item in catalog.items:
        node = item["summaries"][0]["browseClassification"]
        known[node["classificationId"]] = node["displayName"]
    ids = [str(each) for each in body.get("browseNodeIds", [])]
    if not 1 <= len(ids) <= IDS_MAX:
        return _invalid("browseNodeIds", f"must be 1 to {IDS_MAX}")
    nodes = [
        {"id": i, "displayName": known[i], "contextFreeName": known[i], "isRoot": False} for i in ids if i in known
    ]
    errors = [
        {"code": "InvalidParameterValue", "message": f"The BrowseNodeId {i} provided in the request is invalid."}
        for i in ids
        if i not in known
    ]
    answer: dict[str, Any] = {"browseNodesResult": {"browseNodes": nodes}} if nodes else {}
    return 200, {**answer, **({"errors": errors} if errors else {})}


def _shown(item: dict[str, Any]) -> dict[str, Any]:
    summary = item["summaries"][0]
    images = item["images"][0]["images"]
    shown: dict[str, Any] = {
        "asin": item["asin"],
        "detailPageURL": f"https://www.amazon.com/dp/{item['asin']}?tag=mock-20",
        "itemInfo": {
            "title": {"displayValue": summary["itemName"], "label": "Title", "locale": "en_US"},
            "byLineInfo": {"brand": {"displayValue": summary.get("brand"), "label": "Brand", "locale": "en_US"}},
        },
        "browseNodeInfo": {
            "browseNodes": [
                {
                    "id": summary["browseClassification"]["classificationId"],
                    "displayName": summary["browseClassification"]["displayName"],
                }
            ]
        },
    }
    if images:
        large = {"url": images[0]["link"], "height": images[0]["height"], "width": images[0]["width"]}
        shown["images"] = {"primary": {"large": large}}
    if price := item["attributes"].get("list_price"):
        amount, currency = price[0]["value"], price[0]["currency"]
        money = {"amount": amount, "currency": currency, "displayAmount": f"${amount:,.2f}"}
        shown["offersV2"] = {"listings": [{"price": {"money": money}, "isBuyBoxWinner": True}]}
    return shown


def _invalid(field: str, message: str) -> Answer:
    return 400, {
        "type": "ValidationException",
        "message": "The request is not valid.",
        "reason": "FieldValidationFailed",
        "fieldList": [{"name": field, "message": f"{field} {message}"}],
    }
