"""Coroutines, functions put off, and plain items from one resource."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource
    def rows():
        async def later(n):
            return {"n": n, "how": "async"}

        @dlt.defer
        def off(n):
            return [{"n": n, "how": "deferred"}]

        for n in range(3):
            yield later(n)
            yield off(n)
            yield {"n": n, "how": "plain"}

    @dlt.transformer
    async def looked_up(items):
        async def found():
            return [{**item, "found": True} for item in items]

        return await found()

    @dlt.resource
    async def stream():
        for n in range(3):
            yield [{"n": n}]

    pipeline.run(rows())
    pipeline.run((stream() | looked_up()).with_name("looked_up"))
