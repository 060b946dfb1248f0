{{ config(materialized='incremental', full_refresh=false) }} select {{ var('n') }} as n
