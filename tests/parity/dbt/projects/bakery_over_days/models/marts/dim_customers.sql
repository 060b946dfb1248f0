select customers.customer_id, customers.name, customers.town,
    count(orders.order_id) as orders, coalesce(sum(orders.total), 0) as spent,
    {% for state in ['paid', 'open', 'void'] -%}
    count(*) filter (where orders.state = '{{ state }}') as {{ state }}{{ "," if not loop.last }}
    {% endfor %}
from {{ ref('stg_customers') }} as customers
left join {{ ref('fct_orders') }} as orders using (customer_id)
group by all
