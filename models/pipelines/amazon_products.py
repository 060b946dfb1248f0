"""Load Amazon listings and reviews from files into the database of the dbt profile's target.

Run it by itself (`python models/pipelines/amazon_products.py`) or as part of `gristmill up --project-dir models`.

Where the files are is configured, most specific first:

| | products | reviews |
|---|---|---|
| argument | `amazon_products_source(products_path=...)` | `amazon_products_source(reviews_path=...)` |
| environment | `SOURCES__AMAZON__PRODUCTS_PATH` | `SOURCES__AMAZON__REVIEWS_PATH` |
| `.dlt/config.toml`, section `sources.amazon` | `products_path` | `reviews_path` |

Without a reviews path there are no reviews yet: the table is made, stays empty, and the models build.
An empty path (`SOURCES__AMAZON__REVIEWS_PATH=`) says the same over a configured one.

Files are JSON lines or CSV, by their suffix. Two layouts of field names are understood:

| in the models | own layout | crawl layout |
|---|---|---|
| `product_id` | `product_id` | `asin` |
| `title` | `title` | `title` |
| `price` | `price` | `prices` (the first one counts) |
| `category` | `category` | none: `brand` stands in |
| `brand` | `brand` | `brand` |
| `listed_rating` | `rating` | `rating` |
| `listed_review_count` | `total_reviews` | `totalReviews` |
| `url` | `url` | `url` |
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gristmill as dlt
from gristmill.dbt import target_path
from gristmill.sources.filesystem import read_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gristmill.common.pipeline import LoadInfo

PROJECT = Path(__file__).resolve().parent.parent

# Prices and ratings come as numbers here and as text there: they are kept as text, and staging reads them.
PRODUCT_COLUMNS: dict[str, Any] = {
    "product_id": {"data_type": "text"},
    "asin": {"data_type": "text"},
    "title": {"data_type": "text"},
    "brand": {"data_type": "text"},
    "category": {"data_type": "text"},
    "price": {"data_type": "text"},
    "prices": {"data_type": "text"},
    "rating": {"data_type": "text"},
    "total_reviews": {"data_type": "bigint"},
    "url": {"data_type": "text"},
}
REVIEW_COLUMNS: dict[str, Any] = {
    "review_id": {"data_type": "text"},
    "product_id": {"data_type": "text"},
    "rating": {"data_type": "text"},
    "title": {"data_type": "text"},
    "body": {"data_type": "text"},
    "verified_purchase": {"data_type": "bool"},
    "helpful_votes": {"data_type": "bigint"},
    "reviewed_at": {"data_type": "timestamp"},
}


@dlt.source(name="amazon", section="amazon")
def amazon_products_source(products_path: str = dlt.config.value, reviews_path: str | None = None) -> Iterator[Any]:
    """The resources `products` and `reviews`, each a whole file that replaces what was there."""
    yield products(find(products_path))
    yield reviews(find(reviews_path) if reviews_path else None)


@dlt.resource(write_disposition="replace", columns=PRODUCT_COLUMNS)
def products(path: Path) -> Iterator[Any]:
    """One row per listing; categories, features, images and details become columns and child tables."""
    # Also a file without a listing makes the table, so that the models build.
    yield dlt.mark.materialize_table_schema()
    yield read_file(path)


@dlt.resource(write_disposition="replace", columns=REVIEW_COLUMNS)
def reviews(path: Path | None) -> Iterator[Any]:
    """One row per review."""
    yield dlt.mark.materialize_table_schema()
    if path is not None:
        yield read_file(path)


def find(path: str) -> Path:
    """A relative path is looked for from where the user stands, then from the project's folder."""
    here = Path(path).expanduser()
    return here if here.is_absolute() or here.exists() else PROJECT / here


def load() -> LoadInfo:
    """Load both resources, whole, into `amazon_raw` of the profile's database."""
    # The project's configuration counts wherever the script is started from.
    os.environ.setdefault("DLT_PROJECT_DIR", str(PROJECT))
    pipeline = dlt.pipeline(
        "amazon_products",
        destination=dlt.destinations.duckdb(target_path(PROJECT)),
        dataset_name="amazon_raw",
    )
    return pipeline.run(amazon_products_source())


if __name__ == "__main__":
    sys.stdout.write(f"{load()}\n")
