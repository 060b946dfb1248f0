"""Small dbt projects in a folder of their own, and the runner over them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from gristmill.dbt import dbtRunner, dbtRunnerResult

PROJECT = "name: shop\nversion: '1.0'\nprofile: shop\n"
PROFILE = "shop:\n  target: dev\n  outputs:\n    dev: {type: duckdb, path: shop.duckdb, threads: 4}\n"


@dataclass
class Project:
    """A project on disk."""

    root: Path

    def add(self, files: dict[str, str]) -> None:
        """Write files by their path."""
        for name, text in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def invoke(self, *args: str, **kwargs: Any) -> dbtRunnerResult:
        """Run a command here."""
        return dbtRunner(**kwargs).invoke([*args, "--project-dir", str(self.root), "--profiles-dir", str(self.root)])

    def statuses(self, *args: str) -> dict[str, str]:
        """Run a command and tell how each node ended, by name."""
        return {result.node.name: str(result.status) for result in self.invoke(*args).result}

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Ask the project's database."""
        with duckdb.connect(str(self.root / "shop.duckdb")) as connection:
            return connection.execute(sql).fetchall()


Make = Callable[[dict[str, str]], Project]


@pytest.fixture
def project(tmp_path: Path) -> Make:
    """Make a project of these files; its own two are added when they are not given."""

    def make(files: dict[str, str]) -> Project:
        made = Project(tmp_path)
        made.add({"dbt_project.yml": PROJECT, "profiles.yml": PROFILE} | files)
        return made

    return make
