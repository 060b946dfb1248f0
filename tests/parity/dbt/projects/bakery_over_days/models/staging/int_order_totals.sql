{{ config(materialized='ephemeral') }}
select lines.order_id, sum(lines.quantity * products.price) as total, sum(lines.quantity) as pieces
from {{ ref('stg_lines') }} as lines
join {{ ref('stg_products') }} as products using (sku)
group by all
