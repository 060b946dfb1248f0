{{ config(materialized='table') }} {{ log('hello', info=true) }} {{ print('printed') }} select * from {{ ref('stg') }}
