def model(dbt, session):
    return session.sql("select nothing from nowhere")
