{% test not_null(model, column_name) %}
select * from {{ model }} where {{ column_name }} is null and 1 = 0
{% endtest %}

{% test row_matches(model, columns, limits) %}
select {{ columns | join(', ') }} from {{ model }}
where {% for name, most in limits.items() %}{{ name }} > {{ most }}{% endfor %}
{% endtest %}

{% test expression(model, expression, condition='true') %}
select 1 from {{ model }} where not ({{ expression }}) and {{ condition }}
{% endtest %}

{% test among(model, column_name, model_name) %}
{{ test_relationships(model, column_name, model_name, 'kind') }}
{% endtest %}
