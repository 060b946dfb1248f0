"""Schemas in YAML: exported after each load, taken over from the import folder when they were changed there."""

from __future__ import annotations

from pathlib import Path


def run(dlt, tmp):
    pipeline = dlt.pipeline(
        "case",
        destination="duckdb",
        dataset_name="data",
        import_schema_path=str(tmp / "import"),
        export_schema_path=str(tmp / "export"),
    )
    pipeline.run([{"id": 1, "price": "1.5"}], table_name="rows")
    imported = Path(tmp / "import" / "case.schema.yaml")
    files = sorted(str(p.relative_to(tmp)) for folder in ("import", "export") for p in (tmp / folder).iterdir())
    text = imported.read_text("utf-8")
    exported = (tmp / "export" / "case.schema.yaml").read_text("utf-8")
    pipeline.drop()
    imported.write_text(
        text.replace("tables:\n", "tables:\n  others:\n    columns:\n      amount:\n        data_type: double\n", 1),
        "utf-8",
    )
    pipeline.run([{"amount": "2", "id": 1}], table_name="others")
    return [
        files,
        "price" in text,
        "seen-data" in text,
        "price:\n        data_type: text" in exported,
        pipeline.default_schema.get_table("others")["columns"]["amount"]["data_type"],
    ]
