with orders as (
    select * from {{ ref('orders') }}
)
select
    o.id,
    o.customer,
    coalesce(sum(p.amount), 0) as total,
    '{{ var("currency", "EUR") }}' as currency,
    '{{ env_var("SHOP_REGION", "none") }}' as region,
    {{ doubled('count(p.order_id)') }} as twice
from orders as o
left join {{ source('raw', 'payments') }} as p on p.order_id = o.id
group by all
