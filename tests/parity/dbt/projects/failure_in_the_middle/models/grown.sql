{{ config(materialized='incremental') }} select n, version from {{ ref('middle') }}
