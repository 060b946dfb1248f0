{% macro duckdb__snapshot_get_time() %}timestamp '2024-01-01'{% endmacro %}
