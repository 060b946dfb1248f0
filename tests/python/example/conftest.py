"""A copy of the example project, and the command run as a user runs it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]
REAL_DATA = ROOT.parent / "shared" / "data"


@dataclass
class Project:
    """A copy of `models/` in a folder of its own, and the environment that commands get."""

    folder: Path
    environment: dict[str, str]

    @property
    def database(self) -> Path:
        return self.folder / "amazon_dev.duckdb"

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "gristmill", *arguments],
            cwd=self.folder.parent,
            env={**self.environment, **environment},
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        import duckdb

        with duckdb.connect(str(self.database), read_only=True) as connection:
            return connection.execute(sql).fetchall()


@pytest.fixture
def project(tmp_path: Path) -> Project:
    folder = tmp_path / "models"
    ignore = shutil.ignore_patterns(
        "target", "*.duckdb", "*.wal", "logs", "__pycache__", "products.jsonl", "reviews.csv"
    )
    shutil.copytree(ROOT / "models", folder, ignore=ignore)
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("DBT_", "SOURCES__", "DLT_"))
    }
    environment |= {"DLT_DATA_DIR": str(tmp_path / "data"), "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8"}
    return Project(folder, environment)


@pytest.fixture
def real_data() -> Callable[[str], Path]:
    """The path of a file of real data; absent outside CI, the test is skipped with the file's name."""

    def find(name: str) -> Path:
        path = REAL_DATA / name
        if not path.exists():
            if os.environ.get("CI"):
                pytest.fail(f"{name} of the real data is missing, and CI must run this test")
            pytest.skip(f"{name} of the real data is not beside the checkout")
        return path

    return find
