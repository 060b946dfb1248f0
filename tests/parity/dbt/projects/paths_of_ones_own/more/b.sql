select * from {{ ref('a') }} union all select n from {{ ref('s') }}
