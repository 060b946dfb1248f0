select id, amount * 2 as doubled from {{ source('shop', 'orders') }}
