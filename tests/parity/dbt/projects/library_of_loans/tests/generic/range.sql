{% test dbt_utils_like_range(model, column_name, top) %}
    {{ config(severity='warn', fail_calc='coalesce(sum(' ~ column_name ~ '), 0)') }}
    select member, {{ column_name }} from {{ model }} where {{ column_name }} > {{ top }}
{% endtest %}
