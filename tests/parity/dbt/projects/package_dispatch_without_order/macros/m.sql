{% macro default__say() %}'root'{% endmacro %}
