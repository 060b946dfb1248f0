select 1 where (select count(*) from {{ ref('mart') }}) = 0
