"""A contract holds for nested tables, and one nested table may have its own."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource(schema_contract={"columns": "discard_value", "tables": "discard_row"})
    def rows(items):
        yield items

    pipeline.run(rows([{"id": 1, "lines": [{"sku": "a"}]}]))
    pipeline.run(rows([{"id": 2, "lines": [{"sku": "b", "more": 1}], "other": [{"x": 1}]}]))
