{{ config(materialized='external', location='memory://stored.parquet') }}
select 1 as id
