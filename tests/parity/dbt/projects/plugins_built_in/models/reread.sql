{{ config(materialized='table') }}
{% for group, table in [('stored', 'whole'), ('stored', 'asked'), ('sheets', 'report'), ('sheets', 'first')] %}
select '{{ table }}' as what, * from {{ source(group, table) }}
{{ 'union all by name' if not loop.last }}
{% endfor %}
