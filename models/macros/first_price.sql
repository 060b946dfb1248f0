{#
    The first price in a text of the page, or null when it holds none.

    `$1,099.00` is one price (its comma groups digits); `$142.99,$239.00` are two, and the first is what a buyer pays.
#}
{% macro first_price(column) -%}
    try_cast(
        replace(
            nullif(regexp_extract({{ column }}, '([0-9]{1,3}(,[0-9]{3})+|[0-9]+)(\.[0-9]+)?'), ''),
            ',', ''
        ) as decimal(18, 2)
    )
{%- endmacro %}
