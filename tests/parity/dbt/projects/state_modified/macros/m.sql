{% macro one() %} 1 {% endmacro %}
{% macro two() %} {{ one() }} + 1 {% endmacro %}
