select * from {{ ref('unknown_format') }}
