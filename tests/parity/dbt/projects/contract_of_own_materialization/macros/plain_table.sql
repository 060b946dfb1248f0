{% materialization plain_table, default %}
  {%- set target = this.incorporate(type='table') -%}
  {% do adapter.drop_relation(target) %}
  {% call statement('main') %}{{ create_table_as(False, target, compiled_code) }}{% endcall %}
  {% do adapter.commit() %}
  {{ return({'relations': [target]}) }}
{% endmaterialization %}
