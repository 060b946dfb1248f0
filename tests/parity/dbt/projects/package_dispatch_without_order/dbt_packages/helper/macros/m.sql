{% macro say() %}{{ return(adapter.dispatch('say', 'helper')()) }}{% endmacro %}
{% macro default__say() %}'package'{% endmacro %}
