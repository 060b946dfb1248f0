{{ config(materialized='external', options='header') }}
select 1 as id
