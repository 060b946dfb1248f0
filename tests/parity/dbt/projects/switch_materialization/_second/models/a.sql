{{ config(materialized='view') }} select 10 as a
