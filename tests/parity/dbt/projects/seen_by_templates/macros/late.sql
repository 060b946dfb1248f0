{% macro late() %}only while it runs{% endmacro %}
