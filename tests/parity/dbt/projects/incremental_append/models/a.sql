{{ config(materialized='incremental') }}
select i as id from range({{ var('from') }}, {{ var('to') }}) t(i)
{% if is_incremental() %}where i > (select max(id) from {{ this }}){% endif %}
