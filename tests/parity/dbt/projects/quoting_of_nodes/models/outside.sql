{{ config(materialized='external', location='outside.parquet') }}
select * from {{ ref('inner') }}
