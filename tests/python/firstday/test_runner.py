"""What people type at the shell on their first day."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.python.runner.conftest import Make


def gristmill(root: Path, *args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "gristmill", *args], cwd=root, capture_output=True, text=True, check=False
    )


def test_debug_reaches_the_database(project: Make) -> None:
    made = gristmill(project({}).root, "debug")
    assert made.returncode == 0
    assert "Connection test: [OK connection ok]" in made.stdout
    assert made.stdout.rstrip().endswith("All checks passed!")


def test_debug_tells_each_step_that_fails(project: Make) -> None:
    made = project({})
    shop = made.root
    (shop / "profiles.yml").write_text(
        "shop:\n  target: dev\n  outputs:\n    dev:\n      type: duckdb\n      path: nowhere/at/all.duckdb\n"
        "      settings: {s3_secret_access_key: hidden, threads: 2}\n      extensions: [json]\n",
        "utf-8",
    )
    told = gristmill(shop, "debug")
    assert told.returncode == 1
    assert "profiles.yml file [OK found and valid]" in told.stdout
    assert "    extensions: ['json']\n" in told.stdout
    assert "    settings: {'s3_secret_access_key': '***', 'threads': 2}\n" in told.stdout
    assert "Connection test: [ERROR" in told.stdout
    assert "1 check failed:" in told.stdout
    assert "hidden" not in told.stdout + told.stderr
    told = gristmill(shop, "debug", "--target", "nope")
    assert told.returncode == 1
    assert "profiles.yml file [ERROR invalid]" in told.stdout
    assert "has no target `nope`" in told.stdout
    told = gristmill(shop, "debug", "--config-dir")
    assert told.returncode == 0
    assert str(shop) in told.stdout
    told = gristmill(shop, "debug", "--connection")
    assert "Configuration:" not in told.stdout
    (shop / "profiles.yml").unlink()
    told = gristmill(shop, "debug", "--profiles-dir", str(shop))
    assert "profiles.yml file [ERROR not found]" in told.stdout
    assert "dbt_project.yml file [skipped]" in told.stdout
    assert made.invoke("debug").result is False


def test_a_list_that_is_empty_says_why_beside_it(project: Make) -> None:
    made = gristmill(project({"models/a.sql": "select 1 as id"}).root, "ls", "--select", "b")
    assert made.stdout == ""
    assert "`b` does not match any enabled nodes" in made.stderr


def test_compile_shows_the_sql_of_what_it_names(project: Make) -> None:
    root = project({"models/a.sql": "select {{ 1 + 1 }} as id", "models/b.sql": "select 3 as id"}).root
    shown = gristmill(root, "compile", "--select", "a").stdout
    assert shown.endswith("Compiled node 'a' is:\nselect 2 as id\n")
    assert "Compiled node" not in gristmill(root, "compile").stdout


@pytest.mark.parametrize(
    ("script", "place"),
    [
        ("import gristmill as dlt\n\np = dlt.pipeline('shop')\np.run(5, table_name='t')\n", "pipelines/load.py:4"),
        ("def load(:\n", "pipelines/load.py:1:10"),
        ("import sys\n\nsys.exit(3)\n", "the script ended with exit code 3"),
    ],
)
def test_a_failing_pipeline_is_told_with_the_users_line(project: Make, script: str, place: str) -> None:
    root = project({"pipelines/load.py": script, "models/a.sql": "select 1 as id"}).root
    made = gristmill(root, "up")
    assert made.returncode == 1
    assert place in made.stdout
    assert "gristmill/" not in made.stdout
    assert "runpy" not in made.stdout
