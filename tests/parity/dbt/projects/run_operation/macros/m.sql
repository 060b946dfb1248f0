{% macro make(name, n=1) %}{% do run_query("create table " ~ target.schema ~ "." ~ name ~ " as select " ~ n ~ " as n") %}{% endmacro %}
{% macro breaks() %}{% do run_query('select nothing_here') %}{% endmacro %}
