select 1 as id, 1 as same union all select 1, 1
