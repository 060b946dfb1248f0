{{ config(materialized='incremental', incremental_strategy='merge', unique_key='id',
    merge_update_condition='DBT_INTERNAL_SOURCE.id > 1', merge_insert_condition='DBT_INTERNAL_SOURCE.id <> 3') }} {{ rows() }}
