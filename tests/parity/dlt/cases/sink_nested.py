"""A function as destination with tables of nested data, dlt's own columns, and names in snake case."""

from __future__ import annotations


def run(dlt, tmp):
    calls = []

    @dlt.destination(
        name="shop",
        skip_dlt_columns_and_tables=False,
        max_table_nesting=2,
        naming_convention="snake_case",
        batch_size=5,
    )
    def sink(items, table):
        if not table["name"].startswith("_dlt"):
            shown = [{k: v for k, v in i.items() if not k.startswith("_dlt") or k == "_dlt_list_idx"} for i in items]
            calls.append([table["name"], sorted(table["columns"]), shown, table["write_disposition"]])

    rows = [{"Id": n, "Tags": ["a", "b"][:n]} for n in range(3)]
    dlt.pipeline("case", destination=sink).run(rows, table_name="Orders", write_disposition="replace")
    return sorted(calls, key=str)
