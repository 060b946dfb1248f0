"""One PostgreSQL for each worker, and an empty database for each test."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import gristmill
from tests.postgres_server import Server, database, server


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    with server() as running:
        yield running


@pytest.fixture
def postgres(postgres_server: Server, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("GRISTMILL_TEST_POSTGRES", postgres_server.url("{name}"))
    with database(re.sub(r"\W+", "_", request.node.name)[:50]) as url:
        yield url


@pytest.fixture(autouse=True)
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DLT_DATA_DIR", str(tmp_path / "home"))
    logging.getLogger("gristmill").setLevel(logging.DEBUG)


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """Load into a database of its own; gives columns, rows as text, and the stored tables."""
    made = iter(range(99))

    def run(*resources: Any, times: int = 1) -> dict[str, Any]:
        pipeline = gristmill.pipeline(
            f"p{next(made)}",
            destination=gristmill.destinations.duckdb(str(tmp_path / f"out{next(made)}.duckdb")),
            dataset_name="d",
        )
        for _ in range(times):
            pipeline.run([make() for make in resources])
        found: dict[str, Any] = {"state": pipeline.state.get("sources", {}), "pipeline": pipeline}
        with pipeline.sql_client() as client:
            client.execute_sql("set timezone = 'UTC'")
            for table in pipeline.default_schema.data_table_names(seen_data_only=True):
                columns = client.execute_sql(f"describe {table}")
                shown = ", ".join(f'"{c[0]}"::varchar' for c in columns if not c[0].startswith("_dlt_"))
                found[table] = {
                    "columns": [c[:3] for c in columns],
                    "rows": client.execute_sql(f"select {shown} from {table} order by all"),
                    "stored": pipeline.default_schema.to_dict()["tables"][table],
                }
        return found

    return run
