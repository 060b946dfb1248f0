{% macro default__say(x) %}'root {{ x }}'{% endmacro %}
