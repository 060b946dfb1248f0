"""Reading what was loaded."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    pipeline.run([{"id": n, "tags": [n]} for n in range(5)], table_name="rows")
    data = pipeline.dataset()
    rows = data.rows
    return [
        sorted(rows.select("id").fetchall()),
        rows.select("id").order_by("id", "desc").limit(2).fetchall(),
        rows.where("id", "gt", 2).select("id").order_by("id").fetchall(),
        len(rows.df()),
        list(rows.columns),
        sorted(data.row_counts().fetchall()),
        sum(len(chunk) for chunk in rows.iter_fetch(2)),
        data("select max(id) from rows").fetchall(),
        rows["id"].max().fetchone(),
        sorted(t for t in data.tables),
    ]
