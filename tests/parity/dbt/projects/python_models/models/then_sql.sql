select sum(id) as total from {{ ref('of_relation') }}
