"""A query of one's own."""

from __future__ import annotations

from postgres_server import database, execute


def run(dlt, tmp):
    import sqlalchemy as sa
    from dlt.sources.sql_database import sql_table

    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")
    with database("query_text") as url:
        execute(url, "create table items (id int primary key, v text)", "insert into items values (1, '50%'), (2, 'b')")

        def adapter(query, table):
            return sa.text(
                "select id, v, id * 2 as twice, v like '%\\%' as percent from items where id < :most"
            ).bindparams(most=9)

        pipeline.run(sql_table(url, "items", query_adapter_callback=adapter))
