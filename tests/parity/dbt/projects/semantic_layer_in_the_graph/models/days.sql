{{ config(materialized='table') }}
select date '2024-01-01' as day, date '2024-01-01' as fiscal_week
