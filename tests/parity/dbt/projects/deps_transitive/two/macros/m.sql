{% macro of_two() %}{{ base_kit.of_base() }} + 2{% endmacro %}
