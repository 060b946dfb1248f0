select 1 as h
