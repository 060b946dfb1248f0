def model(dbt, session):
    return dbt.ref("a").to_arrow_table()
