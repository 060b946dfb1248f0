{{ config(materialized='table') }} select error('x') as id from {{ source('raw', 'events') }}
