{% macro of_one() %}{{ base_kit.of_base() }} + 1{% endmacro %}
