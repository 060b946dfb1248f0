{% macro hidden(x) %}{% endmacro %}{% macro shown() %}{% endmacro %}
