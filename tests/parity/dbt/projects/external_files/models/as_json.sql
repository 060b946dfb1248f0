{{ config(materialized='external', format='json') }}
select 1 as id, [1, 2] as numbers
