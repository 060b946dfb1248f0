"""What a client for SQL can do beyond a query."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")
    pipeline.run([{"id": n} for n in range(3)], table_name="rows")
    found = []
    with pipeline.sql_client() as client:
        client.execute_many(["create table other (a int)", "insert into other values (1)"])
        found.append(client.execute_fragments(["select ", "a from ", "other"]))
        client.truncate_tables("other")
        found.append(client.execute_sql("select count(*) from other"))
        try:
            with client.begin_transaction():
                client.execute_sql("insert into other values (2)")
                raise ValueError  # noqa: TRY301
        except ValueError:
            found.append(client.execute_sql("select count(*) from other"))
        with client.begin_transaction() as transaction:
            client.execute_sql("insert into other values (2)")
            transaction.rollback_transaction()
        found.append(client.execute_sql("select count(*) from other"))
        client.drop_tables("other")
        for statement in ("select * from other", "selec 1"):
            try:
                client.execute_sql(statement)
            except Exception as error:
                found.append([type(error).__name__] if "other" in statement else isinstance(error, Exception))
        with client.with_alternative_dataset_name("elsewhere"):
            found.append([client.has_dataset(), client.fully_qualified_dataset_name()])
            client.create_dataset()
            found.append(client.has_dataset())
            client.drop_dataset()
        found.append([client.has_dataset(), client.make_qualified_table_name("rows"), client.escape_column_name("a b")])
        found.append(list(client.get_qualified_table_names("rows")))
        with client.execute_query("select id from data.rows order by id") as cursor:
            found.append([cursor.fetchone(), [len(rows) for rows in cursor.iter_fetch(1)]])
    with pipeline.destination_client() as storage:
        found.append([storage.is_storage_initialized(), storage.get_stored_schema("case").schema_name])
    return found
