"""Files that are put into a table as they are."""


def run(dlt, tmp):
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table({"id": [1, 2], "name": ["a", "b"]})
    pq.write_table(table, tmp / "rows.parquet")
    (tmp / "rows.jsonl").write_text('{"id": 1, "name": "a"}\n{"id": 2, "name": "b"}\n', "utf-8")
    columns = {"id": {"data_type": "bigint"}, "name": {"data_type": "text"}}
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource(columns=columns)
    def of_parquet():
        yield dlt.mark.with_file_import(str(tmp / "rows.parquet"), "parquet", 2)

    @dlt.resource(columns=columns)
    def of_lines():
        yield dlt.mark.with_file_import(str(tmp / "rows.jsonl"), "jsonl", 2)

    @dlt.resource
    def of_hints():
        hints = dlt.mark.make_hints(columns=columns)
        yield dlt.mark.with_file_import(str(tmp / "rows.parquet"), "parquet", 2, hints=hints)

    @dlt.resource
    def of_arrow():
        yield dlt.mark.with_file_import(str(tmp / "rows.parquet"), "parquet", 2, hints=table)

    for resource in (of_parquet, of_lines, of_hints, of_arrow):
        pipeline.run(resource())
    return sorted(pipeline.default_schema.data_table_names())
