{{ config(materialized='incremental', full_refresh=false) }}
select * from {{ ref('numbers') }}
