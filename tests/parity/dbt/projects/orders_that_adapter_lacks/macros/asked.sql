{% macro list_relations_of_adapter() %}{% do adapter.list_relations(target.database, 'main') %}{% endmacro %}

{% macro list_relations_afresh() %}
  {% do adapter.list_relations_without_caching(api.Relation.create(database=target.database, schema='main')) %}
{% endmacro %}

{% macro list_schemas_of_adapter() %}{% do adapter.list_schemas(target.database) %}{% endmacro %}

{# The macros of the same name are for everybody. #}
{% macro ask_what_there_is() %}
  {% set relations = list_relations_without_caching(api.Relation.create(database=target.database, schema='main')) %}
  {% set schemas = list_schemas(target.database) %}
  {% do run_query('create table found as select ' ~ (relations | length) ~ ' as relations, ' ~ ('main' in schemas.columns[0].values()) ~ ' as has_main') %}
  {% do adapter.commit() %}
{% endmacro %}
