{{ config(materialized='table') }}
select o.id, r.rate from {{ ref('stg_orders') }} o join {{ ref('stg_customers') }} c on o.customer_id = c.id join {{ ref('rates') }} r using (day)
