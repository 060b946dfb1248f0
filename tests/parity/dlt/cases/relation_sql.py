"""The SQL of relations, part by part, and what they refuse."""

from __future__ import annotations

import datetime as dt


def run(dlt, tmp):  # noqa: PLR0915
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")
    tags = [{"v": 1, "deep": [1]}]
    pipeline.run([{"id": n, "name": f"n{n}", "share": 1.5, "tags": tags} for n in range(3)], table_name="rows")
    pipeline.run([{"day": dt.date(2024, 1, n), "hour": dt.time(n)} for n in (1, 2)], table_name="days")
    incremental = dlt.sources.incremental
    data = pipeline.dataset()
    rows, nested, days = data["rows"], data["rows__tags"], data["days"]
    start = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
    told = []

    def tell(make):
        try:
            found = make()
            told.append(found if isinstance(found, (str, int, list, dict, bool)) else found.to_sql())
        except Exception as error:
            told.append([type(error).__name__])

    tell(lambda: rows)
    tell(lambda: rows["name"])
    tell(lambda: rows.where("id", "gt", 1).where("name", "ne", "it's").order_by("id", "desc").limit(2))
    tell(lambda: rows.where("id", "in", [1, 2]).where("share", "lte", 2).where("name", "not_in", ["a"]))
    tell(lambda: rows.where("name", "eq", None))
    tell(lambda: days.where("day", "lt", dt.date(2024, 1, 2)).where("hour", "gte", dt.time(1)))
    tell(lambda: rows.limit(2).where("id", "gte", 1).fetchall()[0][:2])
    tell(lambda: rows.order_by("id").order_by("name", "desc"))
    tell(lambda: rows.order_by("name").select("id"))
    tell(lambda: rows.select("id").select("name"))
    tell(lambda: rows.select("id").max())
    tell(lambda: rows.select("id").max().columns_schema)
    tell(lambda: rows.select("id").max().select("id"))
    tell(lambda: rows.where("id", "gt", 1).order_by("id").limit(2).to_sql(pretty=True))
    tell(lambda: str(rows.select("id").limit(1)))
    for kind, alias in (("inner", None), ("left", "t")):
        tell(lambda kind=kind, alias=alias: rows.join("rows__tags", kind=kind, alias=alias).to_sql(pretty=True))
    tell(lambda: rows.join("rows__tags__deep"))
    tell(lambda: nested.join("rows").where("rows__id", "eq", 1))
    tell(lambda: rows.select("id").join("rows__tags"))
    tell(lambda: rows.join("rows__tags").order_by("id").limit(2).select("id", "rows__tags__v"))
    tell(lambda: rows.join("rows__tags").columns_schema)
    tell(nested.with_load_id_col)
    tell(lambda: rows.from_loads(["1", "2"]))
    tell(lambda: nested.from_loads(["1"], add_load_id_column=True))
    tell(data.row_counts)
    tell(lambda: data.row_counts(load_id="1", dlt_tables=True))
    tell(data.loads_table)
    tell(lambda: rows.incremental(incremental("id", initial_value=1, end_value=3)))
    tell(lambda: rows.incremental(incremental("id", initial_value=1, range_start="open", last_value_func=min)))
    tell(lambda: rows.incremental(incremental("id", initial_value=1, on_cursor_value_missing="include")))
    tell(lambda: rows.incremental(incremental("id")))
    tell(lambda: nested.incremental(incremental("rows.id", initial_value=1)))
    tell(lambda: days.incremental(incremental("day", initial_value=dt.date(2024, 1, 1), end_value=start.date())))
    tell(lambda: data["_dlt_loads"].incremental(incremental("inserted_at", initial_value=start)))
    tell(lambda: data["_dlt_loads"].incremental(incremental("inserted_at", initial_value="2024-01-01")))
    for refused in (
        lambda: rows.incremental(incremental("id", last_value_func=lambda values: values[0])),
        lambda: rows.incremental(incremental("$.id[0]")),
        lambda: rows.incremental(incremental("nothing")),
        lambda: data("select 1 as id").incremental(incremental("rows.id")),
        lambda: rows["nothing"],
        lambda: rows.select("nothing"),
        lambda: rows.where("nothing", "eq", 1),
        lambda: rows.where("id", "about", 1),
        lambda: rows.order_by("id", "sideways"),
        lambda: rows.order_by("nothing"),
        lambda: rows.select("id", "name").fetchscalar(),
        lambda: rows.select("id").fetchscalar(),
        lambda: data["nothing"],
        lambda: data.table("nothing"),
        lambda: data.nothing,
        lambda: data("select 1 from nothing").fetchall(),
        lambda: rows[0],
    ):
        tell(refused)
    return told
