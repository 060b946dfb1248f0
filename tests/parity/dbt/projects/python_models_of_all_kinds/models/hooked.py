def model(dbt, session):
    dbt.config(pre_hook="create or replace table before_hooked as select 1 as n", post_hook=["insert into before_hooked select count(*) from main.hooked"])
    return session.sql("select n from before_hooked")
