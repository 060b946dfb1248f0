"""The example on real listings, and real nested JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

from .conftest import Project


def test_phones(project: Project, real_data: Callable[[str], Path]) -> None:
    phones = real_data("amazon/phones.jsonl")
    environment = {"SOURCES__AMAZON__PRODUCTS_PATH": str(phones), "SOURCES__AMAZON__REVIEWS_PATH": ""}
    outcome = project.run("up", "--project-dir", "models", **environment)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr

    listings = [json.loads(line) for line in phones.read_text(encoding="utf-8").splitlines()]
    priced = {row["asin"] for row in listings if re.search(r"\d", row["prices"])}
    assert (len(listings), len(listings) - len(priced)) == (792, 215)
    assert project.query("select count(*), count(*) - count(price) from amazon_staging.stg_products") == [(792, 215)]
    found = project.query("select product_id from amazon_staging.stg_products where price is not null")
    assert {row[0] for row in found} == priced

    # Every price is the first one of its text, to the cent.
    prices = project.query(
        "select raw.asin, raw.prices, clean.price from amazon_raw.products as raw "
        "join amazon_staging.stg_products as clean on clean.product_id = raw.asin"
    )
    assert len(prices) == 792
    for asin, text, price in prices:
        first = re.search(r"\$(\d[\d,]*\.\d\d)", text or "")
        assert price == (Decimal(first.group(1).replace(",", "")) if first else None), asin
    # The brand stands in for the category, and no review has come yet.
    assert project.query("select count(distinct category), sum(review_count) from amazon_marts.dim_products") == [
        (10, 0)
    ]
    assert project.query(
        "select product_count from amazon_analytics.category_performance where category = 'SAMSUNG'"
    ) == [(397,)]
    assert project.query("select count(*) from amazon_raw.reviews") == [(0,)]
