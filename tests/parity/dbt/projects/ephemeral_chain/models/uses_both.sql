with own as (select * from {{ ref('e2') }}), again as (select * from {{ ref('e1') }})
select own.id as a, again.id as b from own, again
