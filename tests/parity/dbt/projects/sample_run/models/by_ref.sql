select * from {{ ref('staged') }}
