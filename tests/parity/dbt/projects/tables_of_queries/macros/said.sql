{% macro said(lines) %}
    {% for line in lines %}
        select {{ loop.index }} as number, '{{ line | string | replace("'", "''") }}' as line
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
{% endmacro %}
