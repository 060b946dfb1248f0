{% materialization view, default %}
  {% call statement('main') %}create or replace view {{ this }} as select 'package' as a{% endcall %}
  {{ return({'relations': [this]}) }}
{% endmaterialization %}
