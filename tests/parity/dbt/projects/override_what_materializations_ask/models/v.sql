select id, name from {{ ref('s') }}
