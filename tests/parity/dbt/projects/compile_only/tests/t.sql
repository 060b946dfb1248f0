select * from {{ ref('b') }} where x < 0
