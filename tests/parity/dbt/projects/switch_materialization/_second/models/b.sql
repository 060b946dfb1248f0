{{ config(materialized='table') }} select 20 as b
