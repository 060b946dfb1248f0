{% macro part() %}'root'{% endmacro %}
