{{ config(schema='mine') }} select 1 as a
