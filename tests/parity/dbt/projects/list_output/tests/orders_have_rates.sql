select * from {{ ref('fct_orders') }} where rate is null
