with listings as (

    select * from {{ source('amazon_raw', 'products') }}

),

-- Two layouts of field names arrive here; the field map stands in pipelines/amazon_products.py.
named as (

    select
        coalesce(product_id, asin) as product_id,
        title,
        coalesce(price, prices) as price_text,
        coalesce(nullif(trim(category), ''), brand) as category,
        brand,
        rating as rating_text,
        total_reviews,
        url,
        _dlt_load_id

    from listings

)

select
    trim(product_id) as product_id,
    trim(title) as title,
    cast({{ first_price('price_text') }} as decimal(10, 2)) as price,
    upper(trim(category)) as category,
    nullif(trim(brand), '') as brand,
    {{ number_in('rating_text') }} as listed_rating,
    total_reviews as listed_review_count,
    url,
    _dlt_load_id as load_id

from named
