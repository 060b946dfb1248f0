{{ config(materialized='incremental') }} select {{ var('n') }} as n
