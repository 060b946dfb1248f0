{{ config(materialized='table') }} select id, moment as "Happened" from {{ source('raw', 'events') }}
