def model(dbt, session):
    dbt.config(materialized="table", tags=["py"], limit_rows=2, meta={"owner": "me"})
    limit = dbt.config.get("limit_rows")
    missing = dbt.config.get("nothing", "fallback")
    owner = dbt.config.meta_get("owner")
    row = f"select '{dbt.this.database}.{dbt.this.schema}.{dbt.this.identifier}' as this, '{dbt.this}' as text"
    return session.sql(row + f", {limit} as a, '{missing}' as b, '{owner}' as c, {dbt.is_incremental} as d")
