{% macro say() %}{{ return(adapter.dispatch('say', 'helper')()) }}{% endmacro %}
{% macro duckdb__say() %}'package duckdb'{% endmacro %}
{% macro default__say() %}'package'{% endmacro %}
{% macro only() %}{{ return(adapter.dispatch('only', 'helper')()) }}{% endmacro %}
{% macro default__only() %}'only here'{% endmacro %}
