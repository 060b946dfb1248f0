{% macro rows() %}
select i as id, i + {{ var('round') }} * 10 as amount, 'round {{ var("round") }}' as note, {{ var('round') }} as "Odd Name"
from range({{ 2 + var('round') }}) t(i)
{% endmacro %}
