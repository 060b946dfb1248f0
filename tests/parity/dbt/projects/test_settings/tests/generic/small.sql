{% test small(model, column_name, most=3) %}
{{ config(severity='error', tags=['from_test'], fail_calc='count(*)') }}
select {{ column_name }} as id from {{ model }} where {{ column_name }} > {{ most }}
{% endtest %}
