{{ config(materialized='incremental', incremental_strategy='merge', unique_key='id', merge_clauses={
    'when_not_matched': [
        {'action': 'insert', 'mode': 'star'},
        {'action': 'update', 'by': 'source', 'condition': 'DBT_INTERNAL_DEST.id = 0', 'set_expressions': {'note': "'gone'"}},
        {'action': 'delete', 'by': 'source'}]}) }} {{ rows() }}
