{{ config(materialized='table') }} select batch, count(*) as n from {{ ref('daily') }} group by all
