{% macro cents(column, scale=2) %}({{ column }} / 100)::decimal(16, {{ scale }}){% endmacro %}
{% macro both(a, b='b') -%} {{ cents(a, scale=1) }} as first, '{{ b }}' as second {%- endmacro %}
{% macro listed() %}{{ varargs | join(' + ') }}{% for key, value in kwargs.items() %} + {{ value }}{% endfor %}{% endmacro %}
