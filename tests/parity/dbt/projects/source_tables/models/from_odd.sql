select id, '{{ source("shop", "odd").identifier }}' as table_name from {{ source('shop', 'odd') }}
