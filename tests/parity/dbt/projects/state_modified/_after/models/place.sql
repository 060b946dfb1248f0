{{ config(schema='elsewhere') }} select 1 as id
