{{ config(materialized='table_function') }}
select * from {{ ref('base') }}
