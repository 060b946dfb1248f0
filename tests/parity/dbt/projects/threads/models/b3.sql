{{ config(materialized='table') }} select n + 3 as n from {{ ref('a') }}
