{{ config(schema='other') }} select 2 as b
