{{ config(materialized='table') }} select n, 1 as version from {{ ref('numbers') }}
