select
    trim(review_id) as review_id,
    trim(product_id) as product_id,
    {{ number_in('rating') }} as rating,
    nullif(trim(title), '') as title,
    nullif(trim(body), '') as body,
    verified_purchase,
    helpful_votes,
    reviewed_at,
    _dlt_load_id as load_id

from {{ source('amazon_raw', 'reviews') }}
where nullif(trim(product_id), '') is not null
