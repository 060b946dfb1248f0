{#
    The first number in a text (`4.5 out of 5 stars`, `4`, ` 3.0 `), or null when it holds none.
#}
{% macro number_in(column) -%}
    try_cast(nullif(regexp_extract({{ column }}, '[0-9]+(\.[0-9]+)?'), '') as double)
{%- endmacro %}
