{{ config(materialized='incremental', incremental_strategy='merge', unique_key='id', merge_update_condition=['true']) }} select 1 as id
