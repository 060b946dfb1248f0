"""Listings and reviews from files: JSON lines or CSV, by their suffix. Neither of Amazon's APIs gives reviews.

Two layouts of listings are understood by the models of the example project:

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

from pathlib import Path
from typing import TYPE_CHECKING, Any

from gristmill.configuration.inject import ConfigValue
from gristmill.extract.decorators import resource, source
from gristmill.mark import materialize_table_schema
from gristmill.sources.filesystem import read_file

if TYPE_CHECKING:
    from collections.abc import Iterator

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


@source(name="amazon", section="amazon")
def files(
    products_path: str = ConfigValue, reviews_path: str | None = None, *, folder: str | None = None
) -> Iterator[Any]:
    """The resources `products` and `reviews`, each a whole file that replaces what was there.

    Without a path of reviews there are none, and an empty path says the same of listings: the table is made and stays
    empty, so that models over it build. A relative path is looked for from where the user stands, then from `folder`.

    >>> files(products_path="listings.jsonl").products.write_disposition
    'replace'
    """
    yield products(find(products_path, folder) if products_path else None)
    yield reviews(find(reviews_path, folder) if reviews_path else None)


@resource(write_disposition="replace", columns=PRODUCT_COLUMNS)
def products(path: Path | None) -> Iterator[Any]:
    """One row per listing; categories, features, images and details become columns and child tables."""
    yield materialize_table_schema()
    if path is not None:
        yield read_file(path)


@resource(write_disposition="replace", columns=REVIEW_COLUMNS)
def reviews(path: Path | None) -> Iterator[Any]:
    """One row per review."""
    yield materialize_table_schema()
    if path is not None:
        yield read_file(path)


def find(path: str, folder: str | None = None) -> Path:
    """Where a path leads."""
    here = Path(path).expanduser()
    return here if here.is_absolute() or here.exists() or folder is None else Path(folder) / here
