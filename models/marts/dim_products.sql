with reviews as (

    select
        product_id,
        avg(rating) as average_review_rating,
        count(*) as review_count,
        max(reviewed_at) as last_reviewed_at

    from {{ ref('stg_reviews') }}
    group by product_id

)

select
    products.product_id,
    products.title,
    products.category,
    products.brand,
    departments.department,
    products.price,
    products.listed_rating,
    products.listed_review_count,
    round(reviews.average_review_rating, 2) as average_review_rating,
    coalesce(reviews.review_count, 0) as review_count,
    reviews.last_reviewed_at

from {{ ref('stg_products') }} as products
left join reviews on reviews.product_id = products.product_id
left join {{ ref('departments') }} as departments on departments.category = products.category
