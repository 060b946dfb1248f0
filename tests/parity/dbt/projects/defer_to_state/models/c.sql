select * from {{ ref('b') }} cross join (select count(*) as n from {{ ref('inline') }})
