{% macro insert_and_fail(fetch=true) %}
  {% call statement('both', fetch_result=fetch, auto_begin=false) %}
    insert into counted values (1); select nonsense
  {% endcall %}
{% endmacro %}

{# Nothing is open, so the commit fails; the table is there by then. #}
{% macro create_and_commit() %}
  {% do run_query('create table made as select 1 as x; commit;') %}
{% endmacro %}

{% macro insert_and_count() %}
  {% set rows = run_query('insert into counted values (2); select count(*) from counted') %}
  {% do run_query('insert into counted values (' ~ (100 + rows.rows[0][0]) ~ '); -- done; really') %}
{% endmacro %}
