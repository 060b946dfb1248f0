{% macro note_rows(relation) -%}
    {% if execute and model.config.materialized == 'table' %}comment on table {{ relation }} is 'made by {{ model.name }}'{% endif %}
{%- endmacro %}
{% macro days_out(borrowed, returned) %}date_diff('day', {{ borrowed }}, coalesce({{ returned }}, date '2024-06-30')){% endmacro %}
