select * from {{ ref('dim') }}
