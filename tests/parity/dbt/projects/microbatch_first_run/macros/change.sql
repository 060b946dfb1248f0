{% macro change() %}{% do run_query("update events set note = 'second'") %}{% endmacro %}
