{{ config(database='other', materialized='incremental', unique_key='id') }}
select {{ var('more', 1) }} as id, 'grown {{ is_incremental() }}' as told
{% if is_incremental() %} union all select max(id) + 10, 'from {{ this }}' from {{ this }} {% endif %}
