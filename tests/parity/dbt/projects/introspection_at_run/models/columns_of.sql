-- depends_on: {{ ref('base') }}
{% set columns = adapter.get_columns_in_relation(ref('base')) if execute else [] %}
select {% for column in columns %}'{{ column.name }}:{{ column.data_type }}' as c{{ loop.index }}, {% endfor %} {{ columns | length }} as n
