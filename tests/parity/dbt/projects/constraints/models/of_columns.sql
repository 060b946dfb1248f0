{{ config(materialized='table') }}
select 1 as id, 'x' as name, 5 as amount, 'a' as kind
