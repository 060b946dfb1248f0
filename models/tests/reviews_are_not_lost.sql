-- Every review of a listed product is counted once in `dim_products`.
with counted as (

    select sum(review_count) as reviews from {{ ref('dim_products') }}

),

held as (

    select count(*) as reviews
    from {{ ref('stg_reviews') }}
    where product_id in (select product_id from {{ ref('stg_products') }})

)

select counted.reviews as counted, held.reviews as held
from counted, held
where coalesce(counted.reviews, 0) <> held.reviews
