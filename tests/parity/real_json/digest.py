"""What a load of a document leaves, as digests: the documents are not ours to copy, so the golden files hold no data."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from tests.parity.dlt.dump import dump_database

DOCUMENTS = ("citm_catalog", "apache_builds")


def load(dlt: Any, document: Any, name: str, folder: Path) -> dict[str, Any]:
    """Load what `document` gives as the resource `name`, and give the digest of every table."""
    database = folder / f"{name}.duckdb"
    pipeline = dlt.pipeline(
        f"real_{name}",
        destination=dlt.destinations.duckdb(str(database)),
        dataset_name="real",
        pipelines_dir=str(folder / "pipelines"),
    )
    pipeline.run(dlt.resource(document, name=name, write_disposition="replace"))
    tables = dump_database(database, raw_ids=False)["real"]["tables"]
    return {table: digest(content) for table, content in tables.items()}


def digest(table: dict[str, Any]) -> dict[str, Any]:
    rows = sorted(json.dumps(row, sort_keys=True, default=str) for row in table["rows"])
    return {
        "columns": len(table["columns"]),
        "columns_sha256": sha256(json.dumps(table["columns"])),
        "rows": len(rows),
        "rows_sha256": sha256("\n".join(rows)),
    }


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
