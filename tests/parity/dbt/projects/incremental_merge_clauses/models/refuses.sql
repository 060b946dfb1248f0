{{ config(materialized='incremental', incremental_strategy='merge', unique_key='id', merge_clauses={
    'when_matched': [{'action': 'error', 'error_message': "it's there"}]}) }} {{ rows() }}
