{% macro euros(cents, digits=2) -%}
    round({{ cents }} / {{ var('cents') }}.0, {{ digits }})
{%- endmacro %}
