{{ config(materialized='incremental', unique_key='id', incremental_strategy='merge') }}
select i as id, '{{ var("value") }}' as value from range({{ var('to') }}) t(i)
