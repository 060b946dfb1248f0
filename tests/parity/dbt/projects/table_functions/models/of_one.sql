{{ config(materialized='table_function', parameters='wanted') }}
select * from {{ ref('base') }} where id = wanted
