{{ config(alias='same', schema='two') }} select * from {{ ref('a') }}
