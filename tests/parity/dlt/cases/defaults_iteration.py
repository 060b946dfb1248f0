"""A resource iterated by hand."""

from __future__ import annotations


def run(dlt, tmp):
    @dlt.resource
    def rows(n=3):
        for i in range(n):
            yield [{"id": i}]

    @dlt.transformer
    def doubled(items):
        yield [{"id": i["id"] * 2} for i in items]

    return [list(rows()), list(rows(2) | doubled), list(rows(5).add_limit(2)), [r.name for r in [rows, doubled]]]
