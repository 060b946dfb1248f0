{% macro calls_what_is_not_there() %}{{ not_there() }}{% endmacro %}
{% macro reads_graph() %}{{ graph.nodes.values() | list | length }}{% endmacro %}
{% test among(model, column_name, values) %}
select * from {{ model }} where {{ column_name }} not in ({{ values | join(', ') }})
{% endtest %}
