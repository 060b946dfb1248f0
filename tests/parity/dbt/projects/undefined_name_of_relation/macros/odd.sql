{% materialization odd, default %}
  {% set made = api.Relation.create(database=database, schema=schema, identifier=identifier) %}
  {% call statement('main') %}create table {{ made }} as {{ sql }}{% endcall %}
  {{ return({'relations': [made]}) }}
{% endmaterialization %}
