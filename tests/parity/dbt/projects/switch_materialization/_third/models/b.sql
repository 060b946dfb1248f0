{{ config(materialized='incremental') }} select 200 as b
