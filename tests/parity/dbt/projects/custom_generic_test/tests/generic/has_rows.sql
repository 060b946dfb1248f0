{% test has_rows(model, at_least) %}
{{ config(severity='warn') }}
select 1 where (select count(*) from {{ model }}) < {{ at_least }}
{% endtest %}
