{{ config(materialized='incremental', incremental_strategy='merge', unique_key='id', merge_update_set_expressions='id = 1') }} select 1 as id
