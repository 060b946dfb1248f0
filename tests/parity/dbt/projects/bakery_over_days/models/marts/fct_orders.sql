{{ config(materialized='incremental', unique_key='order_id') }}
select orders.order_id, orders.customer_id, orders.ordered_at, orders.day, orders.state, totals.total, totals.pieces
from {{ ref('stg_orders') }} as orders
left join {{ ref('int_order_totals') }} as totals using (order_id)
{% if is_incremental() %}
where orders.ordered_at >= (select max(ordered_at) - interval 1 day from {{ this }})
{% endif %}
