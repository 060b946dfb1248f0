{{ config(materialized='plain_table') }}
select 'x' as name, 1 as id
