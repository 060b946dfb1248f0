"""The example on the sample that the repository generates."""

from __future__ import annotations

import hashlib
import json
import runpy
from decimal import Decimal
from pathlib import Path
from typing import Any

from .conftest import ROOT, Project

# What the real dlt 1.31 and dbt 1.11 make of the same project and sample.
SHA256 = {
    "products.jsonl": "cd76d18062d9ead81c7a5b8cfcde719d5636442792f4a2f993cf514868f031e8",
    "reviews.csv": "b2cbec2b38da8b32c14c2c76969482390e571ed8dd4710fd9926d41ed676ad6a",
}


def make_sample(folder: Path) -> None:
    runpy.run_path(str(ROOT / "models" / "sample" / "make_sample.py"))["write"](folder)


def test_the_sample_is_the_same_everywhere(tmp_path: Path) -> None:
    make_sample(tmp_path)
    made = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in tmp_path.iterdir()}
    assert made == SHA256


def test_up_runs_ingestion_models_tests_and_documents(project: Project) -> None:
    make_sample(project.folder / "sample")
    outcome = project.run("up", "--project-dir", "models")
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr

    assert project.query(
        "select count(*), count(price), min(price), max(price), count(listed_rating) from amazon_staging.stg_products"
    ) == [(2000, 1732, Decimal("5.85"), Decimal("2301.93"), 1809)]
    counts = {
        "amazon_raw.products": 2000,
        "amazon_raw.reviews": 20000,
        "amazon_staging.stg_reviews": 20000,
        "amazon_marts.dim_products": 2000,
        "amazon_marts.fct_reviews": 19963,
    }
    for table, rows in counts.items():
        assert project.query(f"select count(*) from {table}") == [(rows,)], table
    assert project.query(
        "select product_count, review_count, average_review_rating "
        "from amazon_analytics.category_performance where category = 'BEDDING'"
    ) == [(131, 1350, 3.85)]

    results = json.loads((project.folder / "target" / "run_results.json").read_text())["results"]
    statuses = [result["status"] for result in results]
    assert statuses.count("pass") == 24
    assert statuses.count("warn") == 1
    assert set(statuses) <= {"success", "pass", "warn", "no-op"}
    page = (project.folder / "target" / "index.html").read_text()
    assert "category_performance" in page
    for said in ("amazon_dev.duckdb", "index.html", "24", "2,000"):
        assert said in outcome.stdout, said


def test_a_second_run_changes_no_table(project: Project) -> None:
    make_sample(project.folder / "sample")
    dump = """
        select table_schema, table_name, (select count(*) from amazon_marts.fct_reviews)
        from information_schema.tables order by all
    """
    hashes: list[Any] = []
    for _ in range(2):
        assert project.run("up", "--project-dir", "models").returncode == 0
        hashes.append((project.query(dump), project.query("from amazon_analytics.category_performance order by 1")))
    assert hashes[0] == hashes[1]
    assert project.query("select count(*) from amazon_raw._dlt_loads where status = 0") == [(2,)]
