{{ config(materialized='incremental') }} select id, {{ is_incremental() }} as added from {{ ref('a') }}
