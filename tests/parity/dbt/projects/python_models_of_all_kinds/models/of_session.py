def model(dbt, session):
    session.execute("create or replace temp table passing as select 5 as n")
    frame = session.execute("select n, 'x' as x from passing").df()
    return session.sql("select * from frame")
