with listings as (

    select * from {{ source('amazon_raw', 'products') }}

),

-- Two layouts of field names arrive here; the field map stands in pipelines/amazon_products.py.
listed as (

    select
        coalesce(product_id, asin) as product_id,
        title,
        coalesce(price, prices) as price_text,
        category,
        brand,
        rating as rating_text,
        total_reviews,
        url,
        _dlt_load_id

    from listings

),

-- What the catalogue knows of a product comes before what a file says of it.
named as (

    select * from {{ ref('stg_catalog_items') }}

    union all by name

    select * from listed
    where product_id is null
        or trim(product_id) not in (select product_id from {{ ref('stg_catalog_items') }})

)

select
    trim(product_id) as product_id,
    trim(title) as title,
    cast({{ first_price('price_text') }} as decimal(10, 2)) as price,
    upper(trim(coalesce(nullif(trim(category), ''), brand))) as category,
    nullif(trim(brand), '') as brand,
    {{ number_in('rating_text') }} as listed_rating,
    total_reviews as listed_review_count,
    url,
    _dlt_load_id as load_id

from named
