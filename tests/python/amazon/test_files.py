"""Listings and reviews from files."""

from __future__ import annotations

from pathlib import Path

import pytest

import gristmill as dlt
from gristmill.exceptions import ConfigFieldMissingException
from gristmill.sources.amazon import files
from tests.python.amazon.conftest import Loaded


def test_files_replace_what_was_there(tmp_path: Path, loaded: Loaded) -> None:
    listings, reviews = tmp_path / "listings.jsonl", tmp_path / "reviews.csv"
    listings.write_text('{"product_id": "B1", "price": 5, "images": [{"url": "u"}]}\n{"asin": "B2", "prices": "$1"}\n')
    reviews.write_text("review_id,product_id,rating,reviewed_at\nR1,B1,5,2024-01-01T00:00:00Z\n")
    loaded.run(files(products_path=str(listings), reviews_path=str(reviews)))
    assert loaded.query("select product_id, asin, price, prices from raw.products order by 1 nulls last") == [
        ("B1", None, "5", None),
        (None, "B2", None, "$1"),
    ]
    assert loaded.query("select rating, year(reviewed_at) from raw.reviews") == [("5", 2024)]
    listings.write_text('{"product_id": "B3"}\n')
    loaded.run(files(products_path=str(listings)))
    assert loaded.query("select product_id from raw.products") == [("B3",)]
    assert loaded.query("select (select count(*) from raw.reviews), (select count(*) from raw.products__images)") == [
        (0, 0)
    ]


def test_no_files_make_empty_tables(loaded: Loaded) -> None:
    loaded.run(files(products_path=""))
    assert loaded.query("select (select count(*) from raw.products), (select count(*) from raw.reviews)") == [(0, 0)]


def test_a_relative_path_is_looked_for_in_two_places(tmp_path: Path, loaded: Loaded) -> None:
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "listings.jsonl").write_text('{"product_id": "B1"}\n')
    loaded.run(files(products_path="listings.jsonl", folder=str(tmp_path / "project")))
    assert loaded.query("select count(*) from raw.products") == [(1,)]


def test_where_the_listings_are_must_be_said() -> None:
    with pytest.raises(ConfigFieldMissingException, match="products_path"):
        files()


def test_paths_come_from_configuration(tmp_path: Path, loaded: Loaded, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "listings.jsonl").write_text('{"product_id": "B1"}\n')
    monkeypatch.setenv("SOURCES__AMAZON__PRODUCTS_PATH", "listings.jsonl")
    loaded.run(files())
    assert loaded.query("select count(*) from raw.products") == [(1,)]
    assert isinstance(files().products, dlt.sources.DltResource)
