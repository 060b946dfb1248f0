select 1 as m
