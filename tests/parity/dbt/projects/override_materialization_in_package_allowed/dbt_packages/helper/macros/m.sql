{% materialization view, default %}
  {% call statement('main') %}create or replace view {{ this }} as select 'package' as a{% endcall %}
  {{ adapter.commit() }}
  {{ return({'relations': [this]}) }}
{% endmaterialization %}
