{{ config(materialized='incremental', full_refresh=true) }} select id, {{ is_incremental() }} as added from {{ ref('events') }}
