{% macro rows() %}
{% if var('round') == 1 %} select 1 as id, 'x' as gone, 1::smallint as wider, 'a' as moved
{% elif var('round') == 2 %} select 'b' as moved, 2 as id, 70000 as wider, 2.5 as come
{% else %} select 3 as id, 3 as come, 'c' as moved, 7::smallint as wider, 'back' as gone {% endif %}
{% endmacro %}
