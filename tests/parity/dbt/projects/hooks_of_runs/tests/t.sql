select * from {{ ref('a') }} where a > 1
