{{ config(materialized='table') }}
select 2 as parent_id
