def model(dbt, session):
    dbt.config(materialized="external", location="nothing.parquet")
    return dbt.ref("frame").filter("id > 5")
