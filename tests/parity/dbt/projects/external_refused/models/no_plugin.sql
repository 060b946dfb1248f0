{{ config(materialized='external', location='no_plugin.parquet', plugin='nobody') }}
select 1 as id
