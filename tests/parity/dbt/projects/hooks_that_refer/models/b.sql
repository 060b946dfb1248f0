{{ config(materialized='table', post_hook="insert into main.said select n from {{ ref('a') }}") }}
select 1 as b
