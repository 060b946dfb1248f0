{{ config(materialized='incremental') }}
select id, v, {{ is_incremental() }} as added from {{ ref('events') }}
{% if is_incremental() %} where id > (select max(id) from {{ this }}) {% endif %}
