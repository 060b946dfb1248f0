{{ config(materialized='table') }}
select 10 as id, 2 as parent_id
