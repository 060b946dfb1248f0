{{ config(materialized='table') }} select n + 2 as n from {{ ref('a') }}
