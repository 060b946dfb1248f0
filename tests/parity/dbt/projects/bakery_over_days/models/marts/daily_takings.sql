{{ config(materialized='incremental', incremental_strategy='append') }}
select day, count(*) as orders, sum(total) as takings from {{ ref('fct_orders') }}
where state = 'paid'
{% if is_incremental() %} and day > (select max(day) from {{ this }}) {% endif %}
group by day
