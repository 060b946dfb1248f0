def model(dbt, session):
    dbt.config(materialized="table")
    rows = dbt.ref("numbers")
    return session.sql(f"select *, '{dbt.this}' as self from rows")
