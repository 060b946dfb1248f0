{{ config(materialized='table') }} select n + 4 as n from {{ ref('a') }}
