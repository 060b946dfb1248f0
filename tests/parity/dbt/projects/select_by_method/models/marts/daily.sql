{{ config(materialized='table', tags=['nightly']) }}
select rate, count(*) as n from {{ ref('fct_orders') }} group by 1
