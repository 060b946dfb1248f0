{{ config(materialized='plain_table') }}
select 'x' as id
