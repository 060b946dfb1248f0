"""SQL on the destination."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    pipeline.run([{"id": n} for n in range(3)], table_name="rows")
    with pipeline.sql_client() as client:
        counted = client.execute_sql("select count(*) from rows where id > %s", 0)
        with client.execute_query("select id from rows order by id") as cursor:
            ids = cursor.fetchall()
            columns = [c[0] for c in cursor.description]
        name = client.make_qualified_table_name("rows", quote=False)
    return [counted, ids, columns, name]
