{{ config(materialized='incremental', incremental_strategy='merge', unique_key='id', merge_clauses={
    'when_matched': [{'action': 'update', 'mode': 'by_position'}],
    'when_not_matched': [{'action': 'insert', 'mode': 'by_position'}]}) }} {{ rows() }}
