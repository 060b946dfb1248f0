{{ config(materialized='incremental') }} select 100 as a
