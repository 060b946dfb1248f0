{% test has_rows(model, least=1) %}
{{ config(error_if='>0') }}
select count(*) as n from {{ model }} having count(*) < {{ least }}
{% endtest %}
