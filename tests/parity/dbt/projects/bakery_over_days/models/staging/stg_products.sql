select sku, name as product, kind, {{ euros('price') }} as price from {{ ref('raw_products') }}
