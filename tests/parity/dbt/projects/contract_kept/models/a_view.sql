{{ config(materialized='view') }}
select 'x' as name, 1::integer as id
