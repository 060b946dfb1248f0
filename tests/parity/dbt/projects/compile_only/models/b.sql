select {{ var('x', 5) }} as x from {{ ref('a') }}
