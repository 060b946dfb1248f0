{{ config(materialized='table') }}
select 'all' as what, count(*) as rows from {{ ref('everything') }}()
union all select 'one', count(*) from {{ ref('of_one') }}(2)
union all select 'some', count(*) from {{ ref('of_some') }}(2, high := 3)
