{% macro list_schemas(database) %}
  {{ return(run_query("select 'main' as schema_name union all select 'main_said'")) }}
{% endmacro %}

{% macro check_schema_exists(information_schema, schema) %}
  {{ return(run_query("select " ~ (1 if schema.startswith('said') else 0))) }}
{% endmacro %}

{% macro write_down() %}
  {% set said, unsaid = adapter.check_schema_exists(target.database, 'said'), adapter.check_schema_exists(target.database, 'main') %}
  {% do run_query("create table told as select " ~ said ~ " as said, " ~ unsaid ~ " as unsaid") %}
  {% do adapter.commit() %}
{% endmacro %}
