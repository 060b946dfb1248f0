{{ config(materialized='table') }}
select 1 as "Odd Name", 2 as plain
