{{ config(materialized='incremental', incremental_strategy='merge', unique_key='id', merge_update_columns=['id'],
    merge_clauses={'when_matched': [{'action': 'delete'}]}) }} select 1 as id
