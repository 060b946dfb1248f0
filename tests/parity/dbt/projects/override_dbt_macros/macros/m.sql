{% macro default__concat(fields) %}'root concat'{% endmacro %}
{% macro duckdb__datediff(first_date, second_date, datepart) %}42{% endmacro %}
