{{ config(materialized='incremental', full_refresh=false, unique_key='id') }} select id, {{ var('until') }} as until from {{ ref('events') }}
