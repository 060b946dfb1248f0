select id + 1 as id, name from {{ ref('a') }}
