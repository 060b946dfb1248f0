{{ config(materialized='table_function', parameters='wanted, other') }}
select * from {{ ref('base') }} where id in (wanted, other)
