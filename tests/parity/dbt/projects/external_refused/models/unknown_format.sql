{{ config(materialized='external', format='xlsy') }}
select 1 as id
