{{ config(materialized='table') }} select n, 2 as version from {{ ref('numbers') }}
