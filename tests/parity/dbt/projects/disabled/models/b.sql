select 2 as b
