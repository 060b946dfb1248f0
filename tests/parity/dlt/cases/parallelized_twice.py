"""Resources that run in threads already, within a source that says so once more."""


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource(parallelized=True)
    def one(most=5):
        yield from ({"id": n} for n in range(most))

    @dlt.resource
    async def asynchronous():
        for n in range(3):
            yield {"id": n}

    @dlt.transformer(data_from=one, parallelized=True)
    def half(item):
        yield {"half": item["id"] / 2}

    @dlt.source(parallelized=True)
    def shop():
        return one(3), one.with_name("two"), one.parallelize().with_name("three"), half, asynchronous

    pipeline.run(shop())
    return [sorted(row["id"] for row in one.parallelize()), dict(pipeline.last_trace.last_normalize_info.row_counts)]
