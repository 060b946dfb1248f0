{% test over(model, column_name, bound=0) %}
select {{ column_name }} from {{ model }} where {{ column_name }} <= {{ bound }}
{% endtest %}
