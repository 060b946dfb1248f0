{% macro make(name) %}
  {% if execute %}{% do run_query('create table ' ~ name ~ ' as select 1 as x') %}{% endif %}
{% endmacro %}

{% macro make_in_transaction(name) %}
  {% if execute %}
    {% call statement('made') %}create table {{ name }} as select 1 as x{% endcall %}
  {% endif %}
{% endmacro %}

{# Opens a transaction, since no node is in this schema. #}
{% macro ask() %}
  {% do adapter.get_columns_in_relation(api.Relation.create(database=target.database, schema='side', identifier='here')) %}
{% endmacro %}

{% macro send(sql) %}
  {% if execute %}{% do run_query(sql) %}{% endif %}
{% endmacro %}

{% materialization in_steps, default %}
  {% do make('steps_before') %}
  {% do ask() %}
  {% do make('steps_within') %}
  {% call statement('main') %}create or replace table {{ this }} as {{ sql }}{% endcall %}
  {% do adapter.commit() %}
  {% do run_query(config.get('last')) %}
  {{ return({'relations': [this.incorporate(type='table')]}) }}
{% endmaterialization %}
