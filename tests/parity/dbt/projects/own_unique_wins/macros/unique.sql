{% test unique(model, column_name) %}
select 1 as never where false
{% endtest %}
