select * from {{ ref('v') }}
