"""A table with a limit of nesting is replaced by no rows."""


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource(write_disposition="replace", max_table_nesting=1)
    def limited(rows):
        yield rows

    counts = []
    for rows in ([{"id": 1, "l": [{"k": [1]}]}], [], [{"id": 2}]):
        pipeline.run(limited(rows))
        counts.append(sorted(pipeline.dataset().row_counts().fetchall()))
    return counts
