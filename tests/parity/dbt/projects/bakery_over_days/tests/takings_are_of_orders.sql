select day from {{ ref('daily_takings') }} where takings < 0 or day not in (select day from {{ ref('fct_orders') }})
