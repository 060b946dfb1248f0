{% macro start_again() %}{% do run_query("insert into main.said values ('through run_query')") %}{% endmacro %}
