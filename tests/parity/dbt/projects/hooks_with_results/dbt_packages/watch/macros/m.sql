{% macro start() %}create or replace table watched (id varchar, status varchar){% endmacro %}
{% macro finish(results) %}
  {% if execute %}
    {% set rows = [] %}
    {% for result in results %}{% do rows.append("('" ~ result.node.unique_id ~ "', '" ~ result.status ~ "')") %}{% endfor %}
    {% for id, node in graph.nodes.items() if node.resource_type == 'model' %}{% do rows.append("('" ~ id ~ "', '" ~ node.config.materialized ~ "')") %}{% endfor %}
    {% set macro_name = 'say' %}
    {% do context.update({'cached': 1}) %}
    {% do rows.append("('" ~ context['watch'][macro_name]() ~ "', '" ~ context['cached'] ~ "')") %}
    insert into watched values {{ rows | join(', ') }}
  {% endif %}
{% endmacro %}
{% macro say() %}{{ return('said') }}{% endmacro %}
