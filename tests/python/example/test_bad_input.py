"""What a user sees when something is wrong: one screen, the place, what to do; and nothing half-loaded."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import Project

GOOD = '{"product_id": "B1", "title": "One", "price": "$1.00", "category": "A"}\n'


def ingest(project: Project, products: Path | str) -> subprocess.CompletedProcess[str]:
    environment = {"SOURCES__AMAZON__PRODUCTS_PATH": str(products), "SOURCES__AMAZON__REVIEWS_PATH": ""}
    return project.run("up", "--project-dir", "models", **environment)


def screen(outcome: subprocess.CompletedProcess[str]) -> str:
    text = outcome.stdout + outcome.stderr
    assert outcome.returncode in (1, 2), text
    assert "Traceback" not in text, text
    assert len(text.splitlines()) < 45, text
    return text


def loaded(project: Project) -> bool:
    return project.database.exists() and bool(
        project.query("select 1 from information_schema.tables where table_schema = 'amazon_raw'")
    )


def test_a_missing_file(project: Project) -> None:
    text = screen(ingest(project, project.folder / "nowhere.jsonl"))
    assert "nowhere.jsonl" in text
    assert "file-not-found" in text
    assert not loaded(project)


def test_an_empty_file(project: Project) -> None:
    empty = project.folder / "empty.jsonl"
    empty.write_text("")
    outcome = ingest(project, empty)
    # No listing is a state of the world: the tables exist, the models build on no rows.
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    assert project.query("select count(*) from amazon_staging.stg_products") == [(0,)]


def test_a_broken_line(project: Project) -> None:
    broken = project.folder / "broken.jsonl"
    broken.write_text(GOOD + '{"product_id": "B2", "title": }\n' + GOOD.replace("B1", "B3"))
    text = screen(ingest(project, broken))
    assert "broken.jsonl:2:" in text
    assert not loaded(project)


@pytest.mark.parametrize(
    ("file", "text", "place", "word"),
    [
        ("marts/bad.sql", "select *\nfrom {{ ref('stg_product') }}\n", "marts/bad.sql:2:", "stg_products"),
        ("marts/bad.sql", "select 1\n{% if x %}\nselect 2\n", "marts/bad.sql:2:", "endif"),
        ("marts/bad.sql", "select {{ nothing_here() }} as a", "marts/bad.sql:1:", "nothing_here"),
        ("marts/bad.sql", "select * from {{ source('amazon_raw', 'product') }}", "marts/bad.sql:1:", "products"),
        ("marts/bad.sql", "select * from {{ ref('bad') }}", "marts/bad.sql", "bad"),
        ("marts/bad.yml", "models:\n  - name: dim_products\n   description: x\n", "marts/bad.yml:3", "yaml"),
    ],
    ids=["unknown-ref", "open-block", "unknown-macro", "unknown-source", "cycle", "yaml"],
)
def test_a_broken_project(project: Project, file: str, text: str, place: str, word: str) -> None:
    (project.folder / file).write_text(text)
    outcome = project.run("compile", "--project-dir", "models")
    shown = screen(outcome)
    assert place in shown, shown
    assert word.lower() in shown.lower(), shown
    assert "hint:" in shown, shown


def test_a_sql_error_points_at_the_source(project: Project) -> None:
    (project.folder / "marts" / "bad.sql").write_text(
        "{% set unused = 1 %}\n\nselect\n    no_such_column\nfrom (select 1 as a)\n"
    )
    outcome = project.run("run", "--project-dir", "models", "--select", "bad")
    text = screen(outcome)
    assert outcome.returncode == 1
    assert "marts/bad.sql:4:5" in text
    assert "no_such_column" in text
    results = json.loads((project.folder / "target" / "run_results.json").read_text())
    assert [result["status"] for result in results["results"]] == ["error"]


def test_a_locked_database(project: Project) -> None:
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            f"import duckdb; c = duckdb.connect({str(project.database)!r}); print('held', flush=True); input()",
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        text = screen(project.run("run", "--project-dir", "models"))
        assert "database-locked" in text
        assert str(holder.pid) in text
    finally:
        holder.communicate("\n")


def test_a_read_only_folder(project: Project) -> None:
    import duckdb

    duckdb.connect(str(project.database)).close()
    profile = project.folder / "profiles.yml"
    profile.write_text(
        profile.read_text().replace(
            "schema: amazon", "schema: amazon\n      config_options: {access_mode: read_only}", 1
        )
    )
    text = screen(project.run("run", "--project-dir", "models", "--select", "stg_products"))
    assert "read-only" in text.lower() or "read only" in text.lower(), text


def test_a_misspelt_target(project: Project) -> None:
    text = screen(project.run("parse", "--project-dir", "models", "--target", "prd"))
    assert "prod" in text
    assert "hint:" in text


def test_a_misspelt_flag(project: Project) -> None:
    outcome = project.run("run", "--project-dir", "models", "--selct", "x")
    assert outcome.returncode == 2
    assert "--select" in outcome.stdout + outcome.stderr
