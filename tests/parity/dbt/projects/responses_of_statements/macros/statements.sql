{% materialization counted, default %}
  {% call statement('main', fetch_result=True) %}
    create or replace table {{ this }} as {{ sql }}
  {% endcall %}
  {% set response = load_result('main').response %}
  {% set said = [response, response.rows_affected, response['rows_affected'], response.code, response.query_id,
                 response.rows_affected is none, response.no_such_thing is defined, response is mapping] %}
  {% call statement('kept') %}
    create or replace table {{ this }} as select $${{ said | join(' ') }}$$ as told
  {% endcall %}
  {% do adapter.commit() %}
  {{ return({'relations': [this.incorporate(type='table')]}) }}
{% endmaterialization %}

{% macro drop_without_type() %}
  {% do adapter.drop_relation(api.Relation.create(database=target.database, schema=target.schema, identifier='told')) %}
{% endmacro %}

{% macro drop_with_type() %}
  {% do adapter.drop_relation(load_relation(ref('told'))) %}
  {% do adapter.commit() %}
{% endmacro %}

{% macro load_twice() %}
  {% call statement('once', fetch_result=True) %} select 1 as id {% endcall %}
  {% set rows = load_result('once').data %}
  {{ load_result('once').data }}
{% endmacro %}
