{{ config(materialized='incremental', unique_key='review_id') }}

select
    reviews.review_id,
    reviews.product_id,
    products.category,
    reviews.rating,
    reviews.verified_purchase,
    reviews.helpful_votes,
    reviews.reviewed_at

from {{ ref('stg_reviews') }} as reviews
inner join {{ ref('stg_products') }} as products on products.product_id = reviews.product_id

{% if is_incremental() %}
where reviews.reviewed_at >= (select coalesce(max(reviewed_at), timestamptz '1970-01-01') from {{ this }})
{% endif %}
