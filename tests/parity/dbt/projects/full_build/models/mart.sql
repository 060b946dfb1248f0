{{ config(materialized='table') }} select kind, count(*) as n from {{ ref('stg') }} group by 1
