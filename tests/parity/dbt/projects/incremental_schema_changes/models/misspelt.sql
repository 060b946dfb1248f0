{{ config(materialized='incremental', on_schema_change='append') }} select {{ var('round') }} as id
