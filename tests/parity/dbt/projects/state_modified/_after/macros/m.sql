{% macro one() %} 1 + 0 {% endmacro %}
{% macro two() %} {{ one() }} + 1 {% endmacro %}
