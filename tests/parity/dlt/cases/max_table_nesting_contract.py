"""A limit of nesting and a contract of columns on a table that is new."""


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource(max_table_nesting=1, schema_contract={"columns": "discard_value"})
    def limited():
        yield {"a": {"b": {"c": 1}}, "l": [{"m": {"n": 1}, "k": [1]}]}

    counts = []
    for _ in range(2):
        pipeline.run(limited())
        counts.append(pipeline.last_trace.last_normalize_info.row_counts)
    return counts
