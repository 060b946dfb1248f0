select * from {{ ref('b') }} where a > 100
