{{ config(materialized='table') }}
select id, dbt_valid_from, dbt_valid_to from {{ ref('s') }}
