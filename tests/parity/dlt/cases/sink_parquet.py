"""A function as destination that gets record batches, or the path of a file."""

from __future__ import annotations


def run(dlt, tmp):
    import pyarrow.parquet as pq

    calls = []

    @dlt.destination(batch_size=2, loader_file_format="parquet")
    def batches(items, table):
        calls.append(sorted(row["id"] for row in items.to_pylist()))

    @dlt.destination(batch_size=0, loader_file_format="parquet")
    def files(path, table):
        calls.append([path.endswith(".parquet"), pq.read_table(path).column("id").to_pylist()])

    dlt.pipeline("one", destination=batches).run([{"id": n} for n in range(3)], table_name="rows")
    dlt.pipeline("two", destination=files).run([{"id": n} for n in range(3)], table_name="rows")
    return calls
