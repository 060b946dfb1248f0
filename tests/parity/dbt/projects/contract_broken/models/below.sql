select * from {{ ref('other_type') }}
