{% macro generate_schema_name(custom_schema_name, node) %}of_package{% endmacro %}
