{{ config(schema='said') }} select 1 as id
