{{ config(materialized='ephemeral') }} select id from {{ source('raw', 'things') }} as t
