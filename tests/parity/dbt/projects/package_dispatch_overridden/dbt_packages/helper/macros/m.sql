{% macro say(x) %}{{ return(adapter.dispatch('say', 'helper')(x)) }}{% endmacro %}
{% macro default__say(x) %}'package {{ x }}'{% endmacro %}
