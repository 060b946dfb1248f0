{{ config(alias='bee', materialized='table') }} select * from {{ ref('a') }}
