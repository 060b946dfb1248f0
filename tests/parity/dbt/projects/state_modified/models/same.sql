select * from {{ ref('body') }}
