def model(dbt, session):
    dbt.config(materialized="external", format="csv")
    frame = dbt.ref("first").df()
    frame["doubled"] = frame["id"] * 2
    return frame
