select
    category,
    any_value(department) as department,
    count(*) as product_count,
    count(price) as priced_product_count,
    cast(avg(price) as decimal(10, 2)) as average_price,
    min(price) as lowest_price,
    max(price) as highest_price,
    cast(sum(review_count) as bigint) as review_count,
    -- Weighted by reviews, so that a product with one review does not count as much as one with a thousand.
    round(sum(average_review_rating * review_count) / nullif(sum(review_count), 0), 2) as average_review_rating

from {{ ref('dim_products') }}
group by category
