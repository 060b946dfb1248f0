"""Limits of pages, rows and none, also for what feeds a transformer."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource
    def pages():
        for page in range(5):
            drawn.append(page)
            yield [{"id": page * 2}, {"id": page * 2 + 1}]

    @dlt.transformer
    def doubled(items):
        for item in items:
            yield {"twice": item["id"] * 2}

    drawn = []
    pipeline.run(
        [
            pages().add_limit(2).with_name("two_pages"),
            pages().add_limit(3, count_rows=True).with_name("three_rows"),
            pages().add_limit(0).with_name("nothing"),
            (pages().add_limit(1) | doubled()).with_name("fed"),
            pages().add_limit(None).with_name("all"),
        ]
    )
    return len(drawn)
