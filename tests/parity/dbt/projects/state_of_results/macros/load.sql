{% macro load() %}{% do run_query("insert into events values (2, '2024-02-01')") %}{% endmacro %}
