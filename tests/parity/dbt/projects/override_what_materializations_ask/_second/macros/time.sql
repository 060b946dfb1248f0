{% macro duckdb__snapshot_get_time() %}timestamp '2024-01-02'{% endmacro %}
