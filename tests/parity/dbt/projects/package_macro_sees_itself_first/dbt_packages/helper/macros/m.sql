{% macro part() %}'package'{% endmacro %}
{% macro whole() %}{{ part() }}{% endmacro %}
