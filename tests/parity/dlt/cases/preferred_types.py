"""Types that a schema prefers for names, and detections beyond the default."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    schema = dlt.Schema("case")
    stored = schema.to_dict()
    stored["settings"]["preferred_types"] = {"re:_at$": "timestamp", "price": "decimal"}
    stored["settings"]["detections"] = ["iso_timestamp", "iso_date", "timestamp"]
    schema = dlt.Schema.from_dict(stored)

    @dlt.source(schema=schema)
    def case():
        return dlt.resource(
            [{"made_at": "2024-01-01", "price": "1.5", "day": "2024-01-02", "other": 1, "n": 3.5}], name="rows"
        )

    pipeline.run(case())
