select order_id, state, dbt_valid_from, dbt_valid_to from {{ ref('orders_over_time') }}
