"""A pipeline's schema that is changed in place: brought to the destination without rows, and by the next run."""


def run(dlt, tmp):
    from dlt.common.schema.utils import new_column, new_table

    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")
    pipeline.run([{"id": 1}], table_name="rows")
    schema = pipeline.default_schema
    columns = [new_column("a", "text"), new_column("b", "bigint", nullable=False)]
    schema.update_table(new_table("fresh", columns=columns))
    schema.update_table({"name": "rows", "columns": {"extra": {"name": "extra", "data_type": "double"}}})
    told = [schema is pipeline.default_schema]
    told.append({name: list(table["columns"]) for name, table in sorted(pipeline.sync_schema().items())})
    with pipeline.sql_client() as client:
        told.append(
            client.execute_sql(
                "select table_name, column_name, data_type, is_nullable from information_schema.columns "
                "where table_schema = 'data' and table_name in ('rows', 'fresh') order by 1, ordinal_position"
            )
        )
        told.append(client.execute_sql("select count(*) from _dlt_version"))
        told.append(client.execute_many(["select 1", "select 2"]))
    pipeline.default_schema.settings["detections"] = []
    pipeline.default_schema.tables["fresh"]["description"] = "nothing yet"
    pipeline.run([{"id": 2, "at": "2024-01-01T00:00:00Z"}], table_name="rows")
    told.append(
        [pipeline.default_schema.settings["detections"], pipeline.default_schema.tables["fresh"]["description"]]
    )
    pipeline.default_schema.drop_tables(["fresh"])
    pipeline.run([{"id": 3}], table_name="rows")
    told.append(sorted(pipeline.default_schema.data_table_names()))
    with pipeline.destination_client() as client:
        exists, columns = client.get_storage_table("rows")
        told.append([exists, {n: [c["data_type"], c["nullable"]] for n, c in columns.items()}])
        told.append([(name, len(found)) for name, found in client.get_storage_tables(["rows", "none"])])
        told.append([client.get_stored_schema("case").schema_name, client.get_stored_state("case").pipeline_name])
        told.append([client.get_stored_state("other"), client.config.destination_type, client.config.dataset_name])
        client.drop_storage()
        told.append(client.is_storage_initialized())
        client.initialize_storage()
        told.append([client.is_storage_initialized(), sorted(client.update_stored_schema())])
        told.append([client.get_storage_table("rows")[0], client.get_stored_state("case")])
    try:
        pipeline.sql_client("other")
    except Exception as error:
        told.append(type(error).__name__)
    return told
