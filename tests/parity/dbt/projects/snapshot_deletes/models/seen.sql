{{ config(materialized='table') }}
{% for name in ['plain', 'ended', 'legacy', 'recorded', 'recorded_by_pair'] %}
select '{{ name }}' as what, id, name, changed, count(*) as n,
  count(*) filter (where dbt_valid_to is null or dbt_valid_to = timestamp '9999-12-31') as open
  {%- if 'recorded' in name %}, dbt_is_deleted{% else %}, null as dbt_is_deleted{% endif %}
from {{ ref(name) }} group by all
{% if not loop.last %}union all{% endif %}
{% endfor %}
