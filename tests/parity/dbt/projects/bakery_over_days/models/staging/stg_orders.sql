select id as order_id, customer_id, ordered_at, ordered_at::date as day, state from {{ ref('raw_orders') }}
