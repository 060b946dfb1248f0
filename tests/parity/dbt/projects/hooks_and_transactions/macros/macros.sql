{% macro told(results) %}
  {% for result in results if result.node.resource_type == 'model' %}
    {% do run_query("insert into log values ('" ~ result.node.name ~ ' ' ~ result.node.config.materialized ~ "', 1)") %}
  {% endfor %}
{% endmacro %}
{% macro tidy(step) %}
  {% do run_query("delete from log where step like '" ~ step ~ "%'") %}
  {% call statement('count', fetch_result=True) %}select count(*) as n from log{% endcall %}
  {% do run_query("insert into log values ('left', " ~ load_result('count')['data'][0][0] ~ ")") %}
  {% do adapter.commit() %}
{% endmacro %}
