select * from {{ ref('by_ref') }}
