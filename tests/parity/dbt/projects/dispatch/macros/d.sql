{% macro shown(x) %}{{ return(adapter.dispatch('shown')(x)) }}{% endmacro %}
{% macro default__shown(x) %}'default {{ x }}'{% endmacro %}
{% macro duckdb__shown(x) %}'duckdb {{ x }}'{% endmacro %}
{% macro other(x) %}{{ return(adapter.dispatch('other', 'parity')(x)) }}{% endmacro %}
{% macro default__other(x) %}'default {{ x }}'{% endmacro %}
