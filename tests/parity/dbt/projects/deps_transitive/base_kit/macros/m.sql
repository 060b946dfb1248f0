{% macro of_base() %}10{% endmacro %}
