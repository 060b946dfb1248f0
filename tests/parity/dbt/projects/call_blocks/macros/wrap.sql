{% macro wrapped(alias) %}({{ caller() | trim }}) as {{ alias }}{% endmacro %}
{% macro each(items) %}{% for item in items %}{{ caller(item) }}{{ ', ' if not loop.last }}{% endfor %}{% endmacro %}
