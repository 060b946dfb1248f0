def model(dbt, session):
    dbt.config(materialized="external", location="first.parquet")
    return session.sql("select 1 as id, 'a' as name union all select 2, 'b'")
