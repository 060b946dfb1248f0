{% macro note(node) %}made by {{ node.unique_id if node else 'nobody' }} for {{ target.name }}{% endmacro %}
