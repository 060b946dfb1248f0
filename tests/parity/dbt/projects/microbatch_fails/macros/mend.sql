{% macro mend() %}{% do run_query("update events set word = 'fine'") %}{% endmacro %}
