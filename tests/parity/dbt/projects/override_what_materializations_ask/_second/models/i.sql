{{ config(materialized='incremental', unique_key='id', on_schema_change='append_new_columns') }}
select id, name, id * 2 as more from {{ ref('s') }}
