{{ config(materialized='incremental', unique_key='id') }} select 1 as id, {{ var('round') }} as round, i from range(2) t(i)
