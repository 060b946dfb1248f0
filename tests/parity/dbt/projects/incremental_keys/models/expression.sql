{{ config(materialized='incremental', unique_key='upper(name)') }}
select '{{ 'a' if var('round') == 1 else 'A' }}' as name, {{ var('round') }} as round
