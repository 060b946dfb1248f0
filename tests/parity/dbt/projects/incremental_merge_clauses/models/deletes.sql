{{ config(materialized='incremental', incremental_strategy='merge', unique_key='id', merge_clauses={
    'when_matched': [
        {'action': 'delete', 'condition': 'DBT_INTERNAL_SOURCE.id = 2'},
        {'action': 'do_nothing', 'condition': ['DBT_INTERNAL_SOURCE.id = 3', 'true']},
        {'action': 'update', 'mode': 'star'}]}) }} {{ rows() }}
