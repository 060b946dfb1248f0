{% macro in_transaction(name) %}
  {% if execute %}
    {% call statement('made') %}create table {{ name }} as select 1 as x{% endcall %}
  {% endif %}
{% endmacro %}
