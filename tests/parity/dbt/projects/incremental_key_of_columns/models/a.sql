{{ config(materialized='incremental', unique_key=['a', 'b'], incremental_strategy='delete+insert') }}
select * from (values (1, 1, {{ var('value') }}), (1, {{ var('value') }}, 5)) t(a, b, c) {% if var('value') == 2 %}where b = 2{% endif %}
