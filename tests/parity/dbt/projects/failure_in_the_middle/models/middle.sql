{{ config(materialized='table') }} select n, version from {{ ref('first') }}
