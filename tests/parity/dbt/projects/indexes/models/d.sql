{{ config(materialized='incremental', unique_key='id', indexes=[{'columns': ['id']}]) }}
select {{ 2 if is_incremental() else 1 }} as id
