from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")
    pipeline.run([{"id": n, "name": f"n{n}", "at": f"2024-01-0{n}T00:00:00Z"} for n in range(1, 6)], table_name="rows")
    rows = pipeline.dataset()["rows"]
    ids = lambda relation: sorted(r[0] for r in relation.select("id").fetchall())  # noqa: E731
    return [
        ids(rows.where("id", "in", [1, 3])),
        ids(rows.where("id", "not_in", [1, 3])),
        ids(rows.where("name", "eq", "n2")),
        ids(rows.where("id > 3")),
        ids(rows.filter("id", "lte", 2)),
        ids(rows.where("id", "gte", 2).where("id", "lt", 4)),
        ids(rows.where("id", "ne", 4)),
        rows.select("id", "name").order_by("name", "desc").head(2).fetchall(),
        rows[["id", "name"]].columns,
        rows.select("id").min().fetchscalar(),
        str(rows.select("at").max().fetchscalar()),
        rows.columns_schema["id"],
        rows.select("name").columns_schema,
        rows.fetchmany(2) == rows.fetchall()[:2],
    ]
