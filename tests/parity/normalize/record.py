"""Records what dlt leaves in DuckDB for each case of `tests/fixtures/normalize`. Runs where dlt is installed.

python tests/parity/normalize/record.py [case ...]
"""

from __future__ import annotations

import json
import pathlib
import sys
import tempfile
from typing import Any

HERE = pathlib.Path(__file__).parent
CASES = HERE.parents[1] / "fixtures" / "normalize"
GOLDEN = HERE / "golden"
sys.path.insert(0, str(HERE))

import shape  # noqa: E402


def run(case: dict[str, Any], folder: pathlib.Path) -> dict[str, Any]:
    import dlt

    table = case.get("table", {})
    schema = dlt.Schema("parity", {"names": case["naming"], "json": None} if "naming" in case else None)
    for detection in case.get("detections", []):
        schema.add_type_detection(detection)
    if "preferred_types" in case:
        schema.update_preferred_types(case["preferred_types"])
    if "schema_contract" in case:
        schema.set_schema_contract(case["schema_contract"])
    pipeline = dlt.pipeline(
        "parity",
        destination=dlt.destinations.duckdb(str(folder / "parity.duckdb")),
        dataset_name="data",
        pipelines_dir=str(folder / "pipelines"),
    )
    disposition: Any = table.get("write_disposition", "append")
    if "x-merge-strategy" in table:
        disposition = {"disposition": disposition, "strategy": table["x-merge-strategy"]}

    @dlt.source(schema=schema, max_table_nesting=case.get("max_nesting"), schema_contract=case.get("schema_contract"))
    def source(items: Any) -> Any:
        return dlt.resource(
            items,
            name=table.get("name", "items"),
            write_disposition=disposition,
            columns=table.get("columns"),
            schema_contract=table.get("schema_contract"),
            max_table_nesting=table.get("max_nesting"),
        )

    for items in case["loads"] if "loads" in case else [case["items"]]:
        pipeline.run(source(iter([items])))
    stored = pipeline.default_schema.to_dict()
    rows: shape.Rows = {}
    types: dict[str, Any] = {}
    with pipeline.sql_client() as client:
        for name, described in stored["tables"].items():
            if not shape.is_data(name) or not any("data_type" in c for c in described["columns"].values()):
                continue
            with client.execute_query(f'select * from "{name}"') as cursor:
                columns = [column[0] for column in cursor.description]
                rows[name] = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
            described_rows = client.execute_sql(f'describe "{name}"')
            types[name] = [[row[0], row[1], row[2]] for row in described_rows]
    return {
        "tables": shape.tables_of(stored),
        "settings": stored["settings"],
        "normalizers": stored["normalizers"],
        "types": types,
        "rows": shape.rows_of(rows),
        "stored": stored,
    }


def main(names: list[str]) -> None:
    GOLDEN.mkdir(exist_ok=True)
    for path in sorted(CASES.glob("*.json")):
        if names and path.stem not in names:
            continue
        with tempfile.TemporaryDirectory() as folder:
            try:
                outcome = run(json.loads(path.read_text()), pathlib.Path(folder))
            except Exception as error:  # an error is an outcome too
                causes, cause = [], error
                while cause is not None:
                    causes.append(type(cause).__name__)
                    cause = cause.__cause__ or cause.__context__
                outcome = {"error": causes}
        (GOLDEN / path.name).write_text(json.dumps(outcome, indent=1, ensure_ascii=False) + "\n")
        print(path.stem, "error" if "error" in outcome else "ok", outcome.get("error", ""))


if __name__ == "__main__":
    main(sys.argv[1:])
