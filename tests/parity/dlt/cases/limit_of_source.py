"""A limit on each resource of a source, but not on transformers."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.source
    def shop():
        @dlt.resource
        def numbers():
            yield from range(10)

        @dlt.transformer(data_from=numbers)
        def letters(number):
            yield from ({"letter": letter, "number": number} for letter in "abc")

        return numbers, letters

    pipeline.run(shop().add_limit(2))
