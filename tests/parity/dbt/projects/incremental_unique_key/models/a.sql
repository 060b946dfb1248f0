{{ config(materialized='incremental', unique_key='id') }}
select i as id, '{{ var("value") }}' as value, '{{ is_incremental() }}' as was_incremental from range({{ var('to') }}) t(i)
