def model(dbt, session):
    a = dbt.ref("a")
    events = dbt.source("raw", "events")
    return a.filter("id > 0").union(events.project("id::bigint"))
