{% macro kept(relation) %}
  {% set known = {} %}
  {% do known.update({relation: []}) %}
  {% do known[relation].append('x') %}
  {{ return(known[relation] | length) }}
{% endmacro %}

{% macro values_of(relation, default) %}
  {% if not execute %}{{ return(default) }}{% endif %}
  {% call statement('of_' ~ relation.identifier, fetch_result=true) %}
    {% if load_relation(relation) is none %}{{ return(default) }}{% endif %}
    select id from {{ relation }}
  {% endcall %}
  {% set found = load_result('of_' ~ relation.identifier) %}
  {{ return(found['data'] | map(attribute=0) | list if found else default) }}
{% endmacro %}

{% macro plain(query) %}
  {% set rows = [] %}
  {% if execute %}
    {% set table = run_query(query) %}
    {% for row in table.rows %}
      {% set kept = {} %}
      {% for name, value in row.dict().items() %}
        {% do kept.update({name: table.column_types[loop.index0].jsonify(value)}) %}
      {% endfor %}
      {% do rows.append(kept) %}
    {% endfor %}
    {% do rows.append(table[0][0]) %}
  {% endif %}
  {{ return(tojson(rows)) }}
{% endmacro %}
