{{ config(materialized='table', grants={'select': ['only']}) }}
select 1 as id
