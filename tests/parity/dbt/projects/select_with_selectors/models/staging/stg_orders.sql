select 1 as id, 1 as customer_id, 1 as day
-- depends_on: {{ source('raw', 'orders') }}
