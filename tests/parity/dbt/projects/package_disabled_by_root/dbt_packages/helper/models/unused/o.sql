select 1 as o
