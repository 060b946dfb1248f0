"""Filters of a table, which only a stored schema can have: what they leave out of its rows and of those nested in them."""

from __future__ import annotations

FILTERS = {
    "excludes": ["re:^tags", "re:^deep__inner", "re:secret", "plain", "re:^data$"],
    "includes": ["re:^tags__name$", "re:^secret_ok"],
}


def run(dlt, tmp):
    stored = dlt.Schema("ev").to_dict()
    stored["tables"]["rows"] = {
        "name": "rows",
        "columns": {},
        "resource": "rows",
        "write_disposition": "append",
        "filters": FILTERS,
    }
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.source(schema=dlt.Schema.from_dict(stored))
    def ev():
        @dlt.resource
        def rows():
            nested = {"inner": {"x": 1}, "y": 2}
            lists = [{"my_secret": 1, "ok": 2, "more": [1]}, {"my_secret": 3}]
            yield {"id": 1, "secret": 2, "secret_ok": 3, "plain": 1, "tags": [{"no": 1}], "deep": nested, "list": lists}
            yield {"id": 2, "plain": {"a": 1}, "list": [{"ok": None, "secret": [1, 2]}], "data": {"keep": 1}}

        return rows

    pipeline.run(ev())
    pipeline.run(ev())
    return sorted(pipeline.last_trace.last_normalize_info.row_counts.items())
