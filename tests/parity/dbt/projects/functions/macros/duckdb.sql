{% macro duckdb__scalar_function_sql(target_relation) %}
    {%- set names = model.arguments | map(attribute='name') | join(', ') -%}
    create or replace macro {{ target_relation.render() }}({{ names }}) as ({{ model.compiled_code }})
{% endmacro %}
