"""A place to load into, and a short way to do it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from gristmill import _core


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """An open database file."""
    with duckdb.connect(str(tmp_path / "test.duckdb")) as connection:
        yield connection


class Loader:
    """Extracts into packages and loads them, under load ids that count up."""

    def __init__(self, folder: Path, connection: duckdb.DuckDBPyConnection) -> None:
        self.packages = folder / "packages"
        self.connection = connection
        self.schema = _core.Schema("test")
        self.loads = 0

    def extract(self, **options: Any) -> _core.Extract:
        self.loads += 1
        return _core.Extract(str(self.packages), f"{self.loads}.5", self.schema, options)

    def load(self, extract: _core.Extract, state: dict[str, Any] | None = None, **options: Any) -> dict[str, Any]:
        package = extract.commit(state)
        return _core.load_package(package["path"], self.connection, "raw", options)

    def items(self, items: list[Any], table: str = "t", **hints: Any) -> dict[str, Any]:
        extract = self.extract()
        extract.items({"name": table, "resource": table, "write_disposition": "append", **hints}, items)
        return self.load(extract)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self.connection.execute(sql).fetchall()


@pytest.fixture
def loader(tmp_path: Path, connection: duckdb.DuckDBPyConnection) -> Loader:
    """Loads into the dataset `raw` of an open database file."""
    return Loader(tmp_path, connection)


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str | bytes], str]:
    """Writes a file and returns its path."""

    def write(name: str, content: str | bytes) -> str:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)

    return write
