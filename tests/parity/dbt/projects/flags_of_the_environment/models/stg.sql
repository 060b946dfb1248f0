{{ config(tags=['daily']) }} select * from {{ ref('raw') }}
