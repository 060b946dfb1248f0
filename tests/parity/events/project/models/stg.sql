{{ config(meta={'owner':'me'}) }} select * from {{ ref('raw') }}
