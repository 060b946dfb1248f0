{{ config(materialized='incremental') }}
select 1 as id, '{{ target.database }} {{ this }}' as told
