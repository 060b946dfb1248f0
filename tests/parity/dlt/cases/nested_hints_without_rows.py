"""Hints of a child table that no row comes for, merged twice."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")
    text = dlt.mark.make_nested_hints(columns={"value": {"name": "value", "data_type": "text"}})

    @dlt.resource(nested_hints={"tags": text, "others": text}, write_disposition="merge", primary_key="id")
    def rows(tags):
        yield {"id": 1, "tags": tags}

    pipeline.run(rows([1, 2]))
    pipeline.run(rows([3]))
