{{ config(materialized='incremental', incremental_strategy='merge', unique_key=['id'], merge_update_columns=['note', 'amount'],
    merge_update_set_expressions={'amount': 'DBT_INTERNAL_DEST.amount + DBT_INTERNAL_SOURCE.amount'}) }} {{ rows() }}
