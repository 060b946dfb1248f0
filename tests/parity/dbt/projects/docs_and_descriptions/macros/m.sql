{% macro nothing(x) %}{% endmacro %}
