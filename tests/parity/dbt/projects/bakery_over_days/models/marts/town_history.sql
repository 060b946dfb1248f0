select customer_id, town, dbt_valid_to is null as is_now from {{ ref('customers_over_time') }}
