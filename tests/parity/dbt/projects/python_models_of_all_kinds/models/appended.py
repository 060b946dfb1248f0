def model(dbt, session):
    dbt.config(materialized="incremental", incremental_strategy="append")
    if dbt.is_incremental:
        return session.sql(f"select max(id) + 1 as id, 'later' as told from {dbt.this}")
    return session.sql("select 1 as id, 'first' as told")
