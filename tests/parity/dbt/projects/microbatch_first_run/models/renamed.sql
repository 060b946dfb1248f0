{{ config(materialized='ephemeral', event_time='moment') }} select * from {{ source('raw', 'events') }}
