"""The example with listings from the catalogue of the Selling Partner API, as `make demo AMAZON=mock` runs it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from decimal import Decimal

from .conftest import ROOT, Project
from .test_sample import make_sample


def test_the_catalogue_feeds_the_same_models(project: Project) -> None:
    make_sample(project.folder / "sample")
    listings = project.folder / "sample" / "products.jsonl"
    environment = {
        **project.environment,
        "SOURCES__AMAZON__PRODUCTS_FROM": "selling_partner_catalog",
        "SOURCES__AMAZON__KEYWORDS": '["studio", "headphones"]',
    }
    up = [sys.executable, "-m", "gristmill", "up", "--project-dir", "models"]
    mock = [sys.executable, "-m", "gristmill.sources.amazon.mock", "--listings", str(listings), "--"]
    outcome = subprocess.run(
        [*mock, *up],
        cwd=project.folder.parent,
        env=environment,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr

    texts = [json.loads(line) for line in listings.read_text().splitlines()]
    found = [t for t in texts if "studio headphones" in t["title"].lower()]
    assert len(found) > 20
    assert project.query("select product_id, title from amazon_staging.stg_products order by 1") == sorted(
        (t["product_id"], t["title"].strip()) for t in found
    )
    priced = {t["product_id"]: re.search(r"[\d,]+\.\d+", str(t["price"])) for t in found}
    assert project.query(
        "select product_id, price from amazon_marts.dim_products where price is not null order by 1"
    ) == sorted((asin, Decimal(price[0].replace(",", ""))) for asin, price in priced.items() if price)
    assert project.query("select count(*) from amazon_raw.products") == [(0,)]
    [(reviews,)] = project.query("select count(*) from amazon_marts.fct_reviews")
    assert reviews > 0
    assert project.query("select sum(review_count) from amazon_analytics.category_performance") == [(reviews,)]
    statuses = {r["status"] for r in json.loads((project.folder / "target/run_results.json").read_text())["results"]}
    assert statuses <= {"success", "pass", "warn", "no-op"}
    assert "stg_catalog_items" in (project.folder / "target" / "index.html").read_text()

    # Files again, into the same database: what the catalogue knows of a product comes first.
    assert project.run("up", "--project-dir", "models").returncode == 0
    assert project.query(
        "select count(*), count(distinct product_id), count(url) from amazon_staging.stg_products"
    ) == [(2000, 2000, 2000 - len(found))]


def test_credentials_that_are_missing_are_one_readable_error(project: Project) -> None:
    outcome = project.run("up", "--project-dir", "models", SOURCES__AMAZON__PRODUCTS_FROM="selling_partner_catalog")
    text = outcome.stdout + outcome.stderr
    assert outcome.returncode == 1, text
    assert "the Selling Partner API needs `client_id`, `client_secret`, `refresh_token`" in text
    assert "Traceback" not in text and len(text.splitlines()) < 45, text


def test_the_demo_of_the_makefile_is_this() -> None:
    made = subprocess.run(
        ["make", "-n", "demo", "AMAZON=mock"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert re.search(
        r"SOURCES__AMAZON__PRODUCTS_FROM=selling_partner_catalog .*-m gristmill\.sources\.amazon\.mock"
        r" --listings models/sample/products\.jsonl -- .*gristmill up --project-dir models",
        made,
    ), made
