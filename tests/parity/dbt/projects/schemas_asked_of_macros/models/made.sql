{{ config(schema='new') }} select 1 as id
