"""A contract that a resource names in one run only: later declarations meet the source's, rows the table's."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    def shop(items, name, **hints):
        @dlt.source(name="shop", schema_contract="freeze")
        def shop():
            yield dlt.resource(items, name=name, **hints)

        return shop()

    outcomes = []
    for items, name, hints in (
        ([[]], "nothing", {"schema_contract": "evolve"}),
        ([[]], "nothing", {}),
        ([{"id": 1}], "orders", {"schema_contract": "evolve"}),
        ([{"id": 2, "note": "new"}], "orders", {}),
        ([{"id": 3}], "orders", {"columns": {"more": {"data_type": "text"}}}),
        ([{"id": 4, "lines": [{"n": 1}]}], "orders", {}),
        ([{"id": 5}], "others", {}),
    ):
        try:
            pipeline.run(shop(items, name, **hints))
            outcomes.append("loaded")
        except Exception as error:
            outcomes.append([type(error).__name__, getattr(error, "step", None)])
    return outcomes
