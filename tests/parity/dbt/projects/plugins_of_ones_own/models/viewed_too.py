def model(dbt, session):
    return dbt.source("made", "as_view")
