{{ config(materialized='incremental', incremental_strategy='insert_only', unique_key=['a', 'b']) }} select 1 as a, 'first' as way
