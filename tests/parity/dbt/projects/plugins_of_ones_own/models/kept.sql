{{ config(materialized='external', plugin='numbers', note='for the plugin') }}
select 1 as id, 'a' as name
