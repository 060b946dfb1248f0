{{ config(materialized='table') }} select n * 10 as n, version from {{ ref('first') }}
