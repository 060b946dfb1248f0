{{ config(materialized='external') }}
select 1 as id, 'a' as name, date '2024-01-02' as day union all select 2, 'b', null
