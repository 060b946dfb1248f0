{{ config(materialized='incremental', incremental_strategy='merge', unique_key='id', merge_clauses={
    'when_matched': [{'action': 'update', 'mode': 'explicit', 'update': {'exclude': ['note'], 'set_expressions': {'amount': '-1'}}}],
    'when_not_matched': [{'action': 'insert', 'mode': 'explicit', 'insert': {'columns': ['id', 'note'], 'values': ['DBT_INTERNAL_SOURCE.id', "'inserted'"]}}]}) }} {{ rows() }}
