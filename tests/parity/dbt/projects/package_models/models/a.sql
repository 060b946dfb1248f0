select * from {{ ref('helper', 'h') }}
