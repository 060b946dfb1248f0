{% macro greeting() %}{{ return(adapter.dispatch('greeting', 'helper')()) }}{% endmacro %}
{% macro default__greeting() %}'from the package'{% endmacro %}
{% macro farewell() %}'package farewell'{% endmacro %}
