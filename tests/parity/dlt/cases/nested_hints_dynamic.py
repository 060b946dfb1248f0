"""Hints of nested tables as a function of the item, with a table name that depends on the item too."""

from __future__ import annotations


def run(dlt, tmp):
    @dlt.resource(
        table_name=lambda item: item["kind"],
        nested_hints=lambda item: {
            "lines": dlt.mark.make_nested_hints(columns=[{"name": "price", "data_type": "decimal"}])
        },
    )
    def rows():
        yield {"kind": "orders", "id": 1, "lines": [{"price": 1}]}
        yield {"kind": "refunds", "id": 2, "lines": [{"price": 2}, {"price": 3}]}

    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")
    pipeline.run(rows())
    tables = pipeline.default_schema.tables
    return [[name, tables[name]["columns"]["price"]["data_type"]] for name in sorted(tables) if name.endswith("lines")]
