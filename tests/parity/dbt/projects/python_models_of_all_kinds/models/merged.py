def model(dbt, session):
    dbt.config(materialized="incremental", unique_key="id", incremental_strategy="merge")
    return session.sql(f"select 1 as id, '{dbt.is_incremental}' as told")
