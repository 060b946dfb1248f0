"""Rows of one load, counts by load, and a dataset opened by its name."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")
    pipeline.run([{"id": 1, "tags": ["a", "b"]}], table_name="rows")
    pipeline.run([{"id": 2, "tags": ["c"]}, {"id": 3}], table_name="rows")
    data = pipeline.dataset()
    first, second = data.load_ids()
    named = dlt.dataset(dlt.destinations.duckdb("case.duckdb"), "data")
    return [
        data.latest_load_id() == second,
        data.row_counts(load_id=second).fetchall(),
        sorted(r[0] for r in data.table("rows", load_ids=[second]).select("id").fetchall()),
        sorted(r[0] for r in data.rows__tags.from_loads([first]).select("value").fetchall()),
        data.rows__tags.with_load_id_col().columns,
        data.loads_table().select("status").fetchall(),
        sorted(named.tables),
        sorted(named["rows"].select("id").fetchall()),
        data("select id, count(*) as n from rows group by id").columns_schema,
        [len(frame) for frame in data.rows.iter_df(2048)],
        [table.num_rows for table in data.rows.iter_arrow(2)],
    ]
