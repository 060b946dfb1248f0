def model(dbt, session):
    dbt.config(materialized="incremental", unique_key="id", on_schema_change="append_new_columns")
    frame = dbt.ref("a").df()
    if dbt.is_incremental:
        frame["more"] = "more"
        frame = frame[frame["id"] == 2]
    return frame
