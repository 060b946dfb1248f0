{% macro forty() %}40{% endmacro %}
