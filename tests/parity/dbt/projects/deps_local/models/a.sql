select {{ shared.twice(3) }} as a, h from {{ ref('h') }}
