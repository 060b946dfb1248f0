"""Types of columns that the APIs document, so that a whole number on the first page does not decide for all pages."""

from __future__ import annotations

from typing import Any

from gristmill.mark import make_nested_hints


def _columns(data_type: str, *names: str) -> dict[str, Any]:
    return {name: {"name": name, "data_type": data_type} for name in names}


def _nested(*groups: dict[str, Any]) -> Any:
    return make_nested_hints(columns={name: column for group in groups for name, column in group.items()})


_SIDES = ("height", "length", "weight", "width")

CATALOG_COLUMNS = _columns("text", "asin", "marketplace_id")
CATALOG_NESTED: dict[Any, Any] = {
    "summaries": _nested(
        _columns("text", "marketplace_id", "item_name", "brand", "color", "size", "style", "item_classification"),
        _columns("text", "manufacturer", "model_number", "part_number", "website_display_group"),
        _columns("text", "browse_classification__classification_id", "browse_classification__display_name"),
        _columns("bigint", "package_quantity"),
        _columns("timestamp", "release_date"),
        _columns("bool", "adult_product", "autographed", "memorabilia", "trade_in_eligible"),
    ),
    "dimensions": _nested(
        _columns("text", "marketplace_id"),
        _columns("double", *(f"{of}__{side}__value" for of in ("item", "package") for side in _SIDES)),
        _columns("text", *(f"{of}__{side}__unit" for of in ("item", "package") for side in _SIDES)),
    ),
    # A table that is described needs those above it described as well.
    **{
        name: _nested(_columns("text", "marketplace_id"))
        for name in ("identifiers", "images", "sales_ranks", "classifications")
    },
    ("identifiers", "identifiers"): _nested(_columns("text", "identifier", "identifier_type")),
    ("images", "images"): _nested(_columns("text", "variant", "link"), _columns("bigint", "height", "width")),
    "product_types": _nested(_columns("text", "marketplace_id", "product_type")),
    ("sales_ranks", "classification_ranks"): _nested(
        _columns("text", "classification_id", "title", "link"), _columns("bigint", "rank")
    ),
    ("sales_ranks", "display_group_ranks"): _nested(
        _columns("text", "website_display_group", "title", "link"), _columns("bigint", "rank")
    ),
    ("classifications", "classifications"): _nested(_columns("text", "classification_id", "display_name")),
}

CREATORS_ITEM_COLUMNS = {
    **_columns("text", "asin", "marketplace", "parent_asin", "detail_page_url"),
    **_columns("text", "item_info__title__display_value", "item_info__by_line_info__brand__display_value"),
    **_columns("bigint", "browse_node_info__website_sales_rank__sales_rank", "customer_reviews__count"),
    **_columns("double", "customer_reviews__star_rating__value"),
}
CREATORS_ITEM_NESTED: dict[Any, Any] = {
    "offers_v2__listings": _nested(
        _columns(
            "double", "price__money__amount", "price__savings__money__amount", "price__saving_basis__money__amount"
        ),
        _columns("double", "price__savings__percentage"),
        _columns("text", "price__money__currency", "price__money__display_amount"),
        _columns("bool", "is_buy_box_winner", "violates_map"),
    ),
}
CREATORS_ERROR_COLUMNS = _columns("text", "operation", "marketplace", "code", "message", "item_id")
