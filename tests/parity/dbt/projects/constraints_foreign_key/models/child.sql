{{ config(materialized='table') }}
select 10 as id, 1 as parent_id
