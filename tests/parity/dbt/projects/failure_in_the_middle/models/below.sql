{{ config(materialized='table') }} select sum(n) as total, max(version) as version from {{ ref('middle') }}
