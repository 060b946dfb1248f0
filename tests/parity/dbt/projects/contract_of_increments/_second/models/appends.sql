{{ config(materialized='incremental') }}
select 'n' as name, 2 as id
