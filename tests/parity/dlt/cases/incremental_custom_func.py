"""A function of one's own."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    def longest(values):
        return max(values, key=len)

    @dlt.resource
    def rows(items, word=dlt.sources.incremental("word", last_value_func=longest)):
        yield items

    pipeline.run(rows([{"word": "aaa"}, {"word": "bb"}]))
    pipeline.run(rows([{"word": "c"}, {"word": "dddd"}]))
    return pipeline.state["sources"]
