{% macro collect_freshness(source, loaded_at_field, filter) %}
    {% call statement('own_freshness', fetch_result=true) %}select timestamp '2024-01-01' as newest, timestamp '2024-01-03' as asked{% endcall %}
    {{ return(load_result('own_freshness').table) }}
{% endmacro %}
