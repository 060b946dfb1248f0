{{ config(materialized='incremental', unique_key='') }}
select id from {{ ref('altered') }}
