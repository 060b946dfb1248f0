select null as n union all select 1
