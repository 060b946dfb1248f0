{% macro default__greeting() %}'from the root'{% endmacro %}
