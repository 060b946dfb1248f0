{{ config(materialized='table') }}
select 'one' as what, count(*) as rows from {{ ref('of_one') }}(1, 2)
