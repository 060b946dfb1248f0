{{ config(materialized='incremental') }} select 1 as a, 'first' as way
