{% macro rows() %}
select i as id, i + {{ var('round') }} * 10 as amount, 'round {{ var("round") }}' as note from range({{ var('round') - 1 }}, {{ 3 + var('round') }}) t(i)
{% endmacro %}
