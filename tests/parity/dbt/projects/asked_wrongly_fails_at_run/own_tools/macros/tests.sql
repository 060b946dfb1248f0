{% macro helper(column_name) %}{{ column_name }} is null{% endmacro %}
{% macro default__test_other(model, column_name) %}select * from {{ model }} where {{ helper(column_name) }}{% endmacro %}
{% test own(model, column_name) %}select * from {{ model }} where {{ helper(column_name) }}{% endtest %}
{% test through(model, column_name) %}{{ return(adapter.dispatch('test_other', 'tools')(model, column_name)) }}{% endtest %}
{% test of_undefined(model, column_name) %}select * from {{ model }} where {{ var(nothing) }}{% endtest %}
