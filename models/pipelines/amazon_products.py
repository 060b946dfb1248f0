"""Load Amazon listings and reviews into the database of the dbt profile's target.

Run it by itself (`python models/pipelines/amazon_products.py`) or as part of `gristmill up --project-dir models`.

Listings come from a file, or from the catalogue of the Selling Partner API; reviews from a file, as no API gives them.
Each setting is looked for in the environment, then in section `sources.amazon` of `.dlt/config.toml`:

| setting | environment | |
|---|---|---|
| `products_from` | `SOURCES__AMAZON__PRODUCTS_FROM` | `files` (the default) or `selling_partner_catalog` |
| `products_path` | `SOURCES__AMAZON__PRODUCTS_PATH` | the listings, where they come from a file |
| `reviews_path` | `SOURCES__AMAZON__REVIEWS_PATH` | the reviews; without it there are none yet |
| `keywords` | `SOURCES__AMAZON__KEYWORDS` | what to search the catalogue for |
| `marketplace` | `SOURCES__AMAZON__MARKETPLACE` | whose catalogue |

An empty path (`SOURCES__AMAZON__REVIEWS_PATH=`) says over a configured one that there are no reviews yet: the table is
made, stays empty, and the models build. Credentials of the API stand in `.dlt/secrets.toml` or in `AMAZON_CLIENT_ID`,
`AMAZON_CLIENT_SECRET` and `AMAZON_REFRESH_TOKEN`; `make demo AMAZON=mock` needs none.

Files are JSON lines or CSV, by their suffix. Two layouts of field names are understood, and the catalogue's:

| in the models | own layout | crawl layout | catalogue |
|---|---|---|---|
| `product_id` | `product_id` | `asin` | `asin` |
| `title` | `title` | `title` | `summaries[].itemName` |
| `price` | `price` | `prices` (the first one counts) | `attributes.list_price[].value` |
| `category` | `category` | none: `brand` stands in | `summaries[].browseClassification.displayName` |
| `brand` | `brand` | `brand` | `summaries[].brand` |
| `listed_rating` | `rating` | `rating` | none |
| `listed_review_count` | `total_reviews` | `totalReviews` | none |
| `url` | `url` | `url` | none |
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gristmill as dlt
from gristmill.dbt import target_path
from gristmill.sources.amazon import files, selling_partner_catalog

if TYPE_CHECKING:
    from gristmill.common.pipeline import LoadInfo

PROJECT = Path(__file__).resolve().parent.parent
INCLUDED_DATA = ["attributes", "classifications", "identifiers", "images", "productTypes", "salesRanks", "summaries"]
# An item has a hundred attributes and each would be a table; the models need its price.
ATTRIBUTES = ("list_price",)


def sources() -> list[Any]:
    """What is configured to be loaded."""
    products_from = dlt.config.get("sources.amazon.products_from", str) or "files"
    if products_from == "files":
        return [files(folder=str(PROJECT))]
    if products_from != "selling_partner_catalog":
        sys.exit(f"`products_from` is `{products_from}`, but it must be `files` or `selling_partner_catalog`")
    catalog = selling_partner_catalog(included_data=INCLUDED_DATA)
    catalog.catalog_items.add_map(with_few_attributes)
    return [files(products_path="", folder=str(PROJECT)), catalog]


def with_few_attributes(item: dict[str, Any]) -> dict[str, Any]:
    """An item with those of its attributes that the models read."""
    attributes = item.get("attributes", {})
    return {**item, "attributes": {name: attributes[name] for name in ATTRIBUTES if name in attributes}}


def load() -> LoadInfo:
    """Load all of it into `amazon_raw` of the profile's database."""
    # The project's configuration counts wherever the script is started from.
    os.environ.setdefault("DLT_PROJECT_DIR", str(PROJECT))
    pipeline = dlt.pipeline(
        "amazon_products",
        destination=dlt.destinations.duckdb(target_path(PROJECT)),
        dataset_name="amazon_raw",
    )
    return pipeline.run(sources())


if __name__ == "__main__":
    sys.stdout.write(f"{load()}\n")
