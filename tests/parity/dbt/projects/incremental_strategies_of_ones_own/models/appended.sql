{{ config(materialized='incremental', incremental_strategy='append') }} select 1 as a, 'first' as way
