select id from {{ ref('dim') }}
union all select id from {{ ref('dim', v=2) }}
union all select id from {{ ref('dim', version='2') }}
