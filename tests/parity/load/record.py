"""Records what dlt leaves in DuckDB for each case, so that the comparison needs no dlt.

Run with a Python that has dlt 1.31 and duckdb 2: `python tests/parity/load/record.py`.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from dataset import picture  # noqa: E402


def run_case(case: dict[str, Any], folder: Path) -> dict[str, Any]:
    import dlt

    database = str(folder / "case.duckdb")
    pipeline = dlt.pipeline(
        "case",
        destination=dlt.destinations.duckdb(database),
        dataset_name="shop",
        pipelines_dir=str(folder / "pipelines"),
    )
    hints: list[list[dict[str, Any]]] = []
    for load in case["loads"]:
        resources = []
        for described in load:
            options = {key: value for key, value in described.items() if key != "items"}
            resources.append(dlt.resource(page(described["items"]), **options))
        hints.append([plain_hints(resource) for resource in resources])

        pipeline.run(dlt.source(yielding(resources), name="case")())
    connection = duckdb.connect(database, read_only=True)
    golden = picture(connection, "shop")
    golden["hints"] = hints
    golden["state"] = state_of(connection)
    connection.close()
    return golden


def page(items: list[Any]) -> Callable[[], Iterator[list[Any]]]:
    def rows() -> Iterator[list[Any]]:
        yield items

    return rows


def yielding(resources: list[Any]) -> Callable[[], list[Any]]:
    def source() -> list[Any]:
        return resources

    return source


def plain_hints(resource: Any) -> dict[str, Any]:
    return dict(resource.compute_table_schema())


def state_of(connection: duckdb.DuckDBPyConnection) -> list[list[Any]]:
    """The stored states, with the hash that dlt gave each."""
    sql = "select version, engine_version, pipeline_name, state, version_hash from shop._dlt_pipeline_state order by rowid"
    return [list(row) for row in connection.execute(sql).fetchall()]


def main() -> None:
    os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
    for path in sorted((HERE / "cases").glob("*.json")):
        case = json.loads(path.read_text())
        with tempfile.TemporaryDirectory() as folder:
            golden = run_case(case, Path(folder))
        (HERE / "golden" / path.name).write_text(json.dumps(golden, indent=1, default=str) + "\n")
        print(path.stem)


if __name__ == "__main__":
    main()
